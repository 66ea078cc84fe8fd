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
};

void TstExchange::errorsAreJson()
{
    const Response response = errorResponse(404, "not_found", "no \"such\" path");
    QCOMPARE(response.status, 404U);
    QCOMPARE(response.contentType, std::string("application/json"));
    QCOMPARE(response.body,
             std::string("{\"error\": \"not_found\", \"message\": \"no \\\"such\\\" path\"}\n"));
}

MR_TEST(TstExchange)
#include "tst_exchange.moc"
