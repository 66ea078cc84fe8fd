// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/parse_tree.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

class TstParseTree : public QObject
{
    Q_OBJECT

private slots:
    void everyMessageIsReached();
    void onlyFieldsThatAreSetAreNamed();
    void aSyntaxErrorHasItsPlace();
    void positionsCountCharacters();
};

namespace {

void gather(const ProtobufCMessage& message, QStringList& names)
{
    names += QString::fromStdString(std::string(nodeName(message)));
    eachChild(message, [&](const ProtobufCMessage& child) {
        gather(child, names);
        return true;
    });
}

} // namespace

void TstParseTree::everyMessageIsReached()
{
    const auto tree = parseTree("SELECT a + 1 FROM t WHERE b IN (2, 3)");
    QVERIFY(tree);
    QStringList names;
    gather(**tree, names);
    for (const char* name : {"RawStmt", "SelectStmt", "ResTarget", "A_Expr", "ColumnRef", "String",
                             "A_Const", "RangeVar", "List"})
        QVERIFY2(names.contains(name), name);
    QCOMPARE(names.count("A_Const"), 3);
}

void TstParseTree::onlyFieldsThatAreSetAreNamed()
{
    const auto tree = parseTree("SELECT 1 LIMIT 2");
    QVERIFY(tree);
    QStringList fields;
    eachChild(**tree, [&](const ProtobufCMessage& statement) {
        return eachChild(statement, [&](const ProtobufCMessage& select) {
            return eachSetField(select, [&](std::string_view field) {
                fields += QString::fromStdString(std::string(field));
                return true;
            });
        });
    });
    QVERIFY(fields.contains("target_list") && fields.contains("limit_count"));
    QVERIFY(!fields.contains("from_clause") && !fields.contains("into_clause"));
}

void TstParseTree::aSyntaxErrorHasItsPlace()
{
    const auto tree = parseTree("SELECT 1 FORM t WHERE");
    QVERIFY(!tree);
    QCOMPARE(tree.problems().front().code, std::string("syntax"));
    QCOMPARE(tree.problems().front().position, std::optional(15));
}

void TstParseTree::positionsCountCharacters()
{
    QCOMPARE(positionOf("SELECT 1", 0), 1);
    QCOMPARE(positionOf("SELECT 'ü', 1", 13), 13);
    QCOMPARE(positionOf("abc", -1), 1);
    QCOMPARE(positionOf("abc", 99), 4);
}

MR_TEST(TstParseTree)
#include "tst_parse_tree.moc"
