// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/json_node.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

class TstJsonNode : public QObject
{
    Q_OBJECT

private slots:
    void numbersKeepTheirDigits();
    void keysStayInOrderTwiceAsWell();
    void tooMuchIsRefused();
    void faultsSayWhere();
};

void TstJsonNode::numbersKeepTheirDigits()
{
    const auto node = parseJson("[1.10, 123456789012345678901234567890, -0.0, 18446744073709551615,"
                                " 1e2, -5, null, true, \"1\"]");
    QVERIFY(node);
    QStringList texts;
    for (const JsonNode& item : node->items)
        texts += QString::fromStdString(item.text);
    QCOMPARE(texts, QStringList({"1.10", "123456789012345678901234567890", "-0.0",
                                 "18446744073709551615", "1e2", "-5", "null", "true", "1"}));
}

void TstJsonNode::keysStayInOrderTwiceAsWell()
{
    const auto node = parseJson(R"({"b":1,"a":[],"b":{}})");
    QVERIFY(node);
    std::string keys;
    for (const std::string& key : node->keys)
        keys += key;
    QCOMPARE(keys, std::string("bab"));
    QCOMPARE(node->find("b")->text, std::string("1"));
    QVERIFY(node->find("c") == nullptr);
}

void TstJsonNode::tooMuchIsRefused()
{
    QVERIFY(parseJson("[[[[[[[[]]]]]]]]"));
    QCOMPARE(parseJson(std::string(100'000, '[')).problems().front().code, std::string("limit"));
    QCOMPARE(parseJson(std::string((1u << 20) + 1, ' ')).problems().front().code,
             std::string("limit"));
    std::string many = "[0";
    for (int i = 0; i < 100'000; ++i)
        many += ",0";
    many += ']';
    QCOMPARE(parseJson(many).problems().front().code, std::string("limit"));
}

void TstJsonNode::faultsSayWhere()
{
    for (const char* text : {"", "{", "[1,]", "{\"a\"}", "\"\xff\"", "nul", "1 2", "1e999"})
        QCOMPARE(parseJson(text).problems().front().code, std::string("syntax"));
    QCOMPARE(parseJson("[1,]").problems().front().position, std::optional<int>(4));
}

MR_TEST(TstJsonNode)
#include "tst_json_node.moc"
