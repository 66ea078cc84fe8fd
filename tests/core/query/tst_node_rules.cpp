// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/node_rules.h"
#include "core/query/parse_tree.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

class TstNodeRules : public QObject
{
    Q_OBJECT

private slots:
    void theLibraryHereKnowsEveryNodeAndField();
    void anUnknownNodeHasNoRule();
    void adviceIsGivenForWhatPeopleTry();
};

/// The table against the library that is installed: a name it does not know would never match, and
/// what it stands for would pass for unset.
void TstNodeRules::theLibraryHereKnowsEveryNodeAndField()
{
    QVERIFY(nodeRules().size() >= 40);
    for (const NodeRule& rule : nodeRules()) {
        QVERIFY2(libraryKnows(rule.node, {}), std::string(rule.node).c_str());
        for (const std::string_view field : rule.fields)
            QVERIFY2(libraryKnows(rule.node, field),
                     (std::string(rule.node) + "." + std::string(field)).c_str());
    }
    QVERIFY(!libraryKnows("SelectStmt", "nothing"));
    QVERIFY(!libraryKnows("Nothing", {}));
}

void TstNodeRules::anUnknownNodeHasNoRule()
{
    for (const char* node : {"InsertStmt", "XmlExpr", "RangeTableSample", "LockingClause", ""})
        QVERIFY2(nodeRule(node) == nullptr, node);
}

void TstNodeRules::adviceIsGivenForWhatPeopleTry()
{
    QVERIFY(!insteadOf("SelectStmt.into_clause").empty());
    QCOMPARE(insteadOf("UpdateStmt"), std::string_view("write one SELECT"));
    QVERIFY(insteadOf("SelectStmt.nothing").empty());
}

MR_TEST(TstNodeRules)
#include "tst_node_rules.moc"
