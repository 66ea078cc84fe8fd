// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/kinds.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace::schema;

class TstKinds : public QObject
{
    Q_OBJECT

private slots:
    void keepsTheBitsThatAreStored();
    void namesEachKindDifferently();
};

void TstKinds::keepsTheBitsThatAreStored()
{
    KindSet kinds;
    QVERIFY(kinds.empty());
    kinds.add(Kind::Int64);
    kinds.add(Kind::Json);
    kinds.add(Kind::Json);
    QCOMPARE(static_cast<int>(kinds.bits), 0b1000'0100);
    QVERIFY(kinds.has(Kind::Int64) && kinds.has(Kind::Json) && !kinds.has(Kind::Bool));
}

void TstKinds::namesEachKindDifferently()
{
    std::set<std::string_view> names;
    for (int i = 0; i < kindCount; ++i)
        names.insert(kindName(static_cast<Kind>(i)));
    QCOMPARE(names.size(), static_cast<std::size_t>(kindCount));
}

MR_TEST(TstKinds)
#include "tst_kinds.moc"
