// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/asked_sql.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::http;

class TstAskedSql : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreWhatWasWritten_data();
    void valuesAreWhatWasWritten();
    void whatIsNoListOfValuesIsRefused_data();
    void whatIsNoListOfValuesIsRefused();
    void theFormatMayStandInTheUrl();
};

namespace {

Request posted(const std::string& params)
{
    Request request;
    request.method = "POST";
    request.body = R"({"query": "SELECT 1", "params": )" + params + "}";
    return request;
}

Request got(const std::string& params)
{
    Request request;
    request.method = "GET";
    request.parameters = {{"query", "SELECT 1"}, {"params", params}};
    return request;
}

} // namespace

void TstAskedSql::valuesAreWhatWasWritten_data()
{
    QTest::addColumn<std::string>("params");
    QTest::addColumn<std::string>("values"); // with | between them
    const auto row = [](const char* params, const char* values) {
        QTest::newRow(params) << std::string(params) << std::string(values);
    };
    row("[]", "");
    row("[5, -7]", "5|-7|");
    row("[123456789012345678901234567890, 0.10]", "123456789012345678901234567890|0.10|");
    row("[true, false, null]", "true|false|NULL|");
    row(R"(["a", "", "o'b", "NULL"])", "a||o'b|NULL|");
    row(R"([[1, 2], ["a\"b", "c\\d", null], []])", R"({"1","2"}|{"a\"b","c\\d",NULL}|{}|)");
}

void TstAskedSql::valuesAreWhatWasWritten()
{
    QFETCH(std::string, params);
    QFETCH(std::string, values);
    for (const Request& request : {posted(params), got(params)}) {
        const auto asked = askedSql(request);
        QVERIFY(asked);
        QCOMPARE(asked->sql, std::string("SELECT 1"));
        std::string found;
        for (const auto& value : asked->params)
            found += value.value_or("NULL") + "|";
        QCOMPARE(found, values);
    }
}

void TstAskedSql::whatIsNoListOfValuesIsRefused_data()
{
    QTest::addColumn<std::string>("params");
    for (const char* params :
         {"1", "{}", "\"x\"", "[{}]", "[[[1]]]", "[[{}]]", "[\"a\\u0000b\"]", "[[\"\\u0000\"]]"})
        QTest::newRow(params) << std::string(params);
    std::string many = "[1";
    for (int i = 0; i < 1'000; ++i)
        many += ",1";
    QTest::newRow("1001") << many + "]";
}

void TstAskedSql::whatIsNoListOfValuesIsRefused()
{
    QFETCH(std::string, params);
    for (const Request& request : {posted(params), got(params)}) {
        const auto asked = askedSql(request);
        QVERIFY(!asked);
        QCOMPARE(asked.problems().front().field, std::string("params"));
    }
}

void TstAskedSql::theFormatMayStandInTheUrl()
{
    Request request = posted("[]");
    request.parameters = {{"format", "csv"}};
    QCOMPARE(askedSql(request)->format, query::AnswerFormat::Csv);
    request.body = R"({"query": "SELECT 1", "format": "ndjson"})";
    QCOMPARE(askedSql(request)->format, query::AnswerFormat::NdJson);
}

MR_TEST(TstAskedSql)
#include "tst_asked_sql.moc"
