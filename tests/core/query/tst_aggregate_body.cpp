// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_json.h"
#include "tests/core/query/request_generator.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstAggregateBody : public QObject
{
    Q_OBJECT

private slots:
    void whatIsWrittenIsReadAgain();
    void defaultsAreLeftOut();
};

void TstAggregateBody::whatIsWrittenIsReadAgain()
{
    const Catalogue catalogue = tests::shopCatalogue();
    tests::RequestGenerator generator(catalogue, 7);
    for (int i = 0; i < 4'000; ++i) {
        const AggregateRequest request = i % 2 == 0 ? generator.anything() : generator.next();
        const std::string body = aggregateJson(request);
        const auto read = parseAggregate(body);
        QVERIFY2(read, (body + (read ? "" : read.problems().front().message)).c_str());
        QVERIFY2(*read == request, body.c_str());
        QCOMPARE(aggregateJson(*read), body);
    }
}

void TstAggregateBody::defaultsAreLeftOut()
{
    AggregateRequest request{.source = {"orders"}, .measures = {{}}, .top = TopN{}};
    request.dimensions = {{"_time", {}, TimeBucket{}, {}}};
    QCOMPARE(aggregateJson(request),
             std::string(R"({"table":"orders","group_by":[{"column":"_time","bucket":"1 day"}],)"
                         R"("measures":[{"kind":"count"}],"top":{"count":10}})"));
}

MR_TEST(TstAggregateBody)
#include "tst_aggregate_body.moc"
