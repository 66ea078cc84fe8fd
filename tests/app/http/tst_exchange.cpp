// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/exchange.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstExchange : public QObject
{
    Q_OBJECT

private slots:
    void errorsAreJson();
    void theLastParameterCounts();
};

void TstExchange::errorsAreJson()
{
    const Response response = errorResponse(404, "not_found", "no \"such\" path");
    QCOMPARE(response.status, 404U);
    QCOMPARE(response.contentType, std::string("application/json"));
    QCOMPARE(problemBody(*response.problem, "r1"),
             std::string("{\"code\": \"not_found\", \"message\": \"no \\\"such\\\" path\", "
                         "\"request\": \"r1\"}\n"));
    QCOMPARE(problemBody({"unknown_name", "none", "query", "orders", 8}, "r1"),
             std::string("{\"code\": \"unknown_name\", \"message\": \"none\", \"field\": "
                         "\"query\", \"nearest\": \"orders\", \"position\": 8, "
                         "\"request\": \"r1\"}\n"));
}

void TstExchange::theLastParameterCounts()
{
    Request request;
    request.parameters = {{"a", "1"}, {"b", ""}, {"a", "2"}};
    QCOMPARE(*request.parameter("a"), std::string_view("2"));
    QCOMPARE(*request.parameter("b"), std::string_view(""));
    QVERIFY(!request.parameter("c"));
}

MR_TEST(TstExchange)
#include "tst_exchange.moc"
