// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/change.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::schema;

class TstChange : public QObject
{
    Q_OBJECT

private slots:
    void describesEachChangeOnOneLine();
};

void TstChange::describesEachChangeOnOneLine()
{
    Column column;
    column.name = "amount__text";
    column.path = {"amount"};
    KindSet kinds;
    kinds.add(Kind::Double);
    kinds.add(Kind::Int53);
    const std::pair<Change, const char*> expected[] = {
        {CreateTable{"orders", {}}, "create_table orders"},
        {AddColumn{column, true, {}}, "variant_column amount__text text (amount)"},
        {AddColumn{column, false, {}}, "add_column amount__text text (amount)"},
        {WidenColumn{"n", ColumnType::BigInt, ColumnType::Double, kinds, {}},
         "widen_column n bigint -> double precision"},
        {GrowKinds{"n", kinds}, "grow_kinds n int53,double"},
        {Overflow{{"users", "17"}, "a key that is an id", {}},
         "overflow users.17: a key that is an id"},
    };
    for (const auto& [change, text] : expected)
        QCOMPARE(QString::fromStdString(describe(change)), QString(text));
}

MR_TEST(TstChange)
#include "tst_change.moc"
