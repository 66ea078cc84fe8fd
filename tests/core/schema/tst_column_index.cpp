// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/column_index.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::schema;

class TstColumnIndex : public QObject
{
    Q_OBJECT

private slots:
    void findsTheColumnsOfAPathOldestFirst();
    void countsChildrenAtEveryLevelBelowTheRoot();
};

void TstColumnIndex::findsTheColumnsOfAPathOldestFirst()
{
    const Path a{"a"};
    const Path ab{"a", "b"};
    const Path joined{"ab"};
    ColumnIndex index;
    index.add(a, 4);
    index.add(ab, 5);
    index.add(a, 9);
    const Path copy{"a"};
    const auto columns = index.columnsOf(copy);
    QCOMPARE(std::vector<int>(columns.begin(), columns.end()), (std::vector<int>{4, 9}));
    QCOMPARE(index.columnsOf(ab).size(), 1u);
    QVERIFY(index.columnsOf(joined).empty() && index.columnsOf({}).empty());
}

void TstColumnIndex::countsChildrenAtEveryLevelBelowTheRoot()
{
    const std::vector<Path> paths{{"m", "a", "x"}, {"m", "b", "x"}, {"m", "b", "y"}, {"n"}, {"o"}};
    ColumnIndex index;
    for (const Path& path : paths)
        index.add(path, 0);
    QCOMPARE(index.childBeyond({"m", "c"}, 2), 2u);
    QCOMPARE(index.childBeyond({"m", "c", "z", "z"}, 2), 2u);
    QCOMPARE(index.childBeyond({"m", "c"}, 3), 0u);
    QCOMPARE(index.childBeyond({"m", "b", "z"}, 2), 3u);
    QCOMPARE(index.childBeyond({"m", "a", "z"}, 2), 0u);
    QCOMPARE(index.childBeyond({"m", "a"}, 2), 0u);
    QCOMPARE(index.childBeyond({"p"}, 2), 0u);
    QCOMPARE(index.childBeyond({"n", "x"}, 1), 0u);
}

MR_TEST(TstColumnIndex)
#include "tst_column_index.moc"
