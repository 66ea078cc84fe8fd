// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/headers_json.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace std::string_view_literals;

class TstHeadersJson : public QObject
{
    Q_OBJECT

private slots:
    void tellsTextFromBytes_data();
    void tellsTextFromBytes();
    void keepsOrderDuplicatesNullsAndBytes();
    void countsWhatIsBeyondTheCaps();
};

namespace {

constexpr landing::HeaderCaps roomy{100, 1'000};

std::string written(const std::vector<record::Header>& headers, const landing::HeaderCaps& caps)
{
    std::string json;
    landing::appendHeaders(json, headers, caps);
    return json;
}

} // namespace

void TstHeadersJson::tellsTextFromBytes_data()
{
    QTest::addColumn<std::string>("bytes");
    QTest::addColumn<bool>("isText");
    QTest::newRow("empty") << std::string() << true;
    QTest::newRow("ascii") << std::string("order-0123456789-abcdef") << true;
    QTest::newRow("zero late") << std::string("0123456789\0abcdef", 17) << false;
    QTest::newRow("zero in a word") << std::string("abc\0defg", 8) << false;
    QTest::newRow("utf-8") << std::string("caf\xc3\xa9 au lait") << true;
    QTest::newRow("latin-1") << std::string("caf\xe9 au lait, s'il vous plait") << false;
    QTest::newRow("control characters") << std::string("\x01\x02\x7f") << true;
}

void TstHeadersJson::tellsTextFromBytes()
{
    QFETCH(std::string, bytes);
    QFETCH(bool, isText);
    QCOMPARE(landing::isJsonText(bytes), isText);
}

void TstHeadersJson::keepsOrderDuplicatesNullsAndBytes()
{
    const auto json = written({{"b", "2"sv},
                               {"a", std::nullopt},
                               {"b", ""sv},
                               {"x\xff", "\0\x01"sv},
                               {"quote\"", "line\n"sv}},
                              roomy);
    QCOMPARE(QString::fromStdString(json),
             "[[\"b\",\"2\"],[\"a\",null],[\"b\",\"\"],[{\"b64\":\"eP8=\"},{\"b64\":\"AAE=\"}],"
             "[\"quote\\\"\",\"line\\u000a\"]]");
    QCOMPARE(written({}, roomy), std::string("[]"));
}

void TstHeadersJson::countsWhatIsBeyondTheCaps()
{
    const std::vector<record::Header> headers{{"a", "1"sv}, {"b", "2"sv}, {"c", "3"sv}};
    QCOMPARE(written(headers, {2, 1'000}),
             std::string("[[\"a\",\"1\"],[\"b\",\"2\"],{\"omitted\":1}]"));
    QCOMPARE(written(headers, {100, 3}), std::string("[[\"a\",\"1\"],{\"omitted\":2}]"));
    QCOMPARE(written(headers, {0, 0}), std::string("[{\"omitted\":3}]"));
}

MR_TEST(TstHeadersJson)
#include "tst_headers_json.moc"
