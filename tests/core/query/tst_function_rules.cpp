// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/function_rules.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace millrace::query;

class TstFunctionRules : public QObject
{
    Q_OBJECT

private slots:
    void theTableIsSortedAndFound();
    void nothingOfTheRefuseListIsOnIt();
    void theNearestNameIsFound();
    void typesAndOperatorsAreTheParsersNames();
};

void TstFunctionRules::theTableIsSortedAndFound()
{
    const auto rules = functionRules();
    QVERIFY(std::ranges::is_sorted(rules, {}, &FunctionRule::name));
    QVERIFY(std::ranges::adjacent_find(rules, {}, &FunctionRule::name) == rules.end());
    for (const FunctionRule& rule : rules) {
        QCOMPARE(functionRule(rule.name), &rule);
        QVERIFY(rule.argumentsMin <= rule.argumentsMax);
    }
    QCOMPARE(functionRule("count_"), nullptr);
    QCOMPARE(functionRule(""), nullptr);
}

void TstFunctionRules::nothingOfTheRefuseListIsOnIt()
{
    for (const FunctionRule& rule : functionRules())
        for (const char* part :
             {"pg_",    "lo_",      "xml",    "setting", "config",  "sleep",     "advisory",
              "dblink", "nextval",  "setval", "notify",  "file",    "backend",   "txid",
              "inet",   "current_", "repeat", "format",  "ts_stat", "ts_rewrite"})
            QVERIFY2(!rule.name.starts_with(part) && rule.name.find(part) == std::string_view::npos,
                     std::string(rule.name).c_str());
}

void TstFunctionRules::theNearestNameIsFound()
{
    QCOMPARE(nearestFunction("cuont"), std::string_view("count"));
    QCOMPARE(nearestFunction("date_trnc"), std::string_view("date_trunc"));
}

void TstFunctionRules::typesAndOperatorsAreTheParsersNames()
{
    for (const char* type : {"int8", "timestamptz", "numeric", "jsonb", "text"})
        QVERIFY2(isScalarType(type), type);
    for (const char* type : {"regclass", "xml", "oid", "refcursor", "name", "record", "bytea"})
        QVERIFY2(!isScalarType(type), type);
    for (const char* sign : {"=", "<>", "->>", "~~*", "||"})
        QVERIFY2(isOperator(sign), sign);
    for (const char* sign : {"", "===", "@@", "<->"})
        QVERIFY2(!isOperator(sign), sign);
    QVERIFY(isCollation("C") && !isCollation("de_DE"));
}

MR_TEST(TstFunctionRules)
#include "tst_function_rules.moc"
