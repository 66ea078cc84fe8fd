// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/name_scope.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

class TstNameScope : public QObject
{
    Q_OBJECT

private slots:
    void theFirstColumnsAreRenamed();
    void usingColumnsComeFirstAndOnce();
    void theNearestSpaceThatHasTheNameAnswers();
    void columnsAreSeenThroughAllSpaces();
    void theNearestNamesAreOffered();
};

namespace {

Space orders(std::string_view name)
{
    return spaceOf({name, {"id", "city"}});
}

} // namespace

void TstNameScope::theFirstColumnsAreRenamed()
{
    const std::string_view two[] = {"x", "y"};
    QCOMPARE(renamed({"a", "b", "c"}, two), (ColumnNames{"x", "y", "c"}));
    QCOMPARE(renamed({"a"}, two), ColumnNames{"x"});
    QCOMPARE(renamed({"a"}, {}), ColumnNames{"a"});
}

void TstNameScope::usingColumnsComeFirstAndOnce()
{
    const std::string_view city[] = {"city"};
    const Space both = joined(orders("o"), orders("p"), city);
    QCOMPARE(both.columns, (ColumnNames{"city", "id", "id"}));
    QCOMPARE(both.relations.size(), std::size_t{2});
    QCOMPARE(both.relations.back().columns, (ColumnNames{"id", "city"}));
    QCOMPARE(joined(orders("o"), orders("p")).columns, (ColumnNames{"id", "city", "id", "city"}));
}

void TstNameScope::theNearestSpaceThatHasTheNameAnswers()
{
    const NameScope outer{joined(orders("o"), spaceOf({"c", {"name"}}))};
    const NameScope inner{spaceOf({"o", {"other"}}), &outer};
    const auto found = inner.relations("o");
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found.front()->columns, ColumnNames{"other"});
    QCOMPARE(inner.relations("c").size(), std::size_t{1});
    QVERIFY(inner.relations("x").empty());
    const NameScope twice{joined(orders("o"), orders("o"))};
    QCOMPARE(twice.relations("o").size(), std::size_t{2});
    const NameScope nameless{spaceOf({{}, {"a"}})};
    QVERIFY(nameless.relations("").empty());
}

void TstNameScope::columnsAreSeenThroughAllSpaces()
{
    const NameScope outer{orders("o")};
    const NameScope inner{spaceOf({"c", {"name"}}), &outer};
    QVERIFY(inner.hasColumn("name"));
    QVERIFY(inner.hasColumn("city"));
    QVERIFY(!outer.hasColumn("name"));
    QVERIFY(!inner.hasColumn("o"));
}

void TstNameScope::theNearestNamesAreOffered()
{
    const NameScope outer{orders("orders")};
    const NameScope inner{spaceOf({"c", {"", "name"}}), &outer};
    QCOMPARE(inner.nearestColumn("citty"), std::string_view("city"));
    QCOMPARE(inner.nearestColumn("nam"), std::string_view("name"));
    QCOMPARE(inner.nearestRelation("order"), std::string_view("orders"));
    QVERIFY(NameScope().nearestColumn("a").empty());
}

MR_TEST(TstNameScope)
#include "tst_name_scope.moc"
