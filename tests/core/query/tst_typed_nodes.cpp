// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/typed_nodes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <pg_query/pg_query.pb-c.h>

using namespace millrace::query;

class TstTypedNodes : public QObject
{
    Q_OBJECT

private slots:
    void constantsAreReadWithoutCasts_data();
    void constantsAreReadWithoutCasts();
    void groupingSetsAreExpanded_data();
    void groupingSetsAreExpanded();
    void relationsAreCountedThroughJoins();

private:
    /// The SELECT of the text; lives as long as the test.
    const PgQuery__SelectStmt& select(const std::string& sql)
    {
        m_trees.push_back(std::move(*parseTree(sql)));
        const PgQuery__SelectStmt* found = nullptr;
        eachChild(*m_trees.back(), [&](const ProtobufCMessage& raw) {
            return eachChild(raw, [&](const ProtobufCMessage& statement) {
                found = as<PgQuery__SelectStmt>(statement);
                return false;
            });
        });
        return *found;
    }
    std::vector<TreeHandle> m_trees;
};

void TstTypedNodes::constantsAreReadWithoutCasts_data()
{
    QTest::addColumn<std::string>("expression");
    QTest::addColumn<std::string>("read"); // empty: no constant
    const auto row = [](const char* expression, const char* read) {
        QTest::newRow(expression) << std::string(expression) << std::string(read);
    };
    row("7", "integer 7");
    row("'a'", "text a");
    row("1.5", "number 1.5");
    row("'1 day'::interval", "text 1 day");
    row("a", "");
    row("1 + 1", "");
    row("f(1)", "");
}

void TstTypedNodes::constantsAreReadWithoutCasts()
{
    QFETCH(std::string, expression);
    QFETCH(std::string, read);
    const auto& statement = select("SELECT " + expression);
    const auto* target = as<PgQuery__ResTarget>(*inside(statement.target_list[0]));
    const auto constant = constantIn(target->val);
    std::string got;
    if (constant && constant->integer)
        got = "integer " + std::to_string(*constant->integer);
    else if (constant && constant->text)
        got = "text " + std::string(*constant->text);
    else if (constant && constant->number)
        got = "number " + std::string(*constant->number);
    QCOMPARE(got, read);
}

void TstTypedNodes::groupingSetsAreExpanded_data()
{
    QTest::addColumn<std::string>("group");
    QTest::addColumn<int>("sets");
    const auto row = [](const char* group, int sets) {
        QTest::newRow(group) << std::string(group) << sets;
    };
    row("a", 1);
    row("a, b", 1);
    row("CUBE (a, b, c)", 8);
    row("ROLLUP (a, b, c)", 4);
    row("GROUPING SETS (a, b, ())", 3);
    row("CUBE (a, b), ROLLUP (c, d)", 12);
    row("GROUPING SETS (CUBE (a, b), c)", 5);
}

void TstTypedNodes::groupingSetsAreExpanded()
{
    QFETCH(std::string, group);
    QFETCH(int, sets);
    const auto& statement = select("SELECT 1 FROM t GROUP BY " + group);
    QCOMPARE(groupingSetsIn(statement.group_clause, statement.n_group_clause),
             static_cast<std::int64_t>(sets));
}

void TstTypedNodes::relationsAreCountedThroughJoins()
{
    const auto& statement =
        select("SELECT 1 FROM a, b JOIN c ON true LEFT JOIN (SELECT 1) d ON true, f(1)");
    QCOMPARE(relationsIn(statement.from_clause, statement.n_from_clause), 5);
}

MR_TEST(TstTypedNodes)
#include "tst_typed_nodes.moc"
