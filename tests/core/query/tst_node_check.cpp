// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/parse_tree.h"
#include "core/query/tree_check.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

class TstNodeCheck : public QObject
{
    Q_OBJECT

private slots:
    void refusesByNodeAndField_data();
    void refusesByNodeAndField();
    void depthIsBounded();

private:
    static std::optional<Problem> found(const std::string& sql, StatementLimits limits = {})
    {
        const auto tree = parseTree(sql);
        std::optional<Problem> problem;
        eachChild(**tree, [&](const ProtobufCMessage& statement) {
            problem = checkNodes(statement, sql, limits);
            return true;
        });
        return problem;
    }
};

void TstNodeCheck::refusesByNodeAndField_data()
{
    QTest::addColumn<std::string>("sql");
    QTest::addColumn<std::string>("node"); // empty: it passes
    const auto row = [](const char* sql, const char* node) {
        QTest::newRow(sql) << std::string(sql) << std::string(node);
    };
    row("SELECT a FROM anything", "");
    row("DELETE FROM t", "DeleteStmt");
    row("SELECT 1 INTO t", "SelectStmt.into_clause");
    row("SELECT 1 FROM t FOR UPDATE", "SelectStmt.locking_clause");
    row("SELECT f(a => 1)", "NamedArgExpr");
    row("SELECT f(VARIADIC a)", "FuncCall.func_variadic");
    row("SELECT 1 FROM t TABLESAMPLE system (1)", "RangeTableSample");
    row("WITH RECURSIVE r AS (SELECT 1) SELECT 1 FROM r", "WithClause.recursive");
    row("SELECT 1 FROM a.b.c", "RangeVar.catalogname");
    row("SELECT b'1'", "A_Const.bsval");
    row("SELECT 1 ORDER BY 1 USING <", "SortBy.use_op");
}

void TstNodeCheck::refusesByNodeAndField()
{
    QFETCH(std::string, sql);
    QFETCH(std::string, node);
    const auto problem = found(sql);
    if (node.empty())
        QVERIFY2(!problem, problem ? problem->message.c_str() : "");
    else
        QVERIFY2(problem && problem->message.starts_with("\"" + node + "\""),
                 problem ? problem->message.c_str() : "it passes");
}

void TstNodeCheck::depthIsBounded()
{
    QVERIFY(!found("SELECT ((1 + 2) + 3) + 4"));
    const auto problem = found("SELECT ((1 + 2) + 3) + 4", {.depthMax = 4});
    QVERIFY(problem);
    QCOMPARE(problem->code, std::string("limit"));
}

MR_TEST(TstNodeCheck)
#include "tst_node_check.moc"
