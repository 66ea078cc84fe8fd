// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_sql.h"
#include "core/query/statement_check.h"
#include "tests/core/query/request_generator.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

/// The text of structured requests; what it answers is tested on a server, in TstAggregate.
class TstAggregateSql : public QObject
{
    Q_OBJECT

private slots:
    void everyStatementPassesTheCheck();
    void constantsAreParameters();
    void lookUpsAreReducedToOneRowAKey();
    void latestComparesTimeFirst();
    void topReadsTheOthersFromTheRows();
    void equalRequestsGiveEqualText();
    void tooLongAQuestionIsRefused();

private:
    const Catalogue m_catalogue = tests::shopCatalogue();
};

void TstAggregateSql::everyStatementPassesTheCheck()
{
    tests::RequestGenerator generator(m_catalogue, 4);
    for (int i = 0; i < 1'500; ++i) {
        const AggregateRequest request = generator.next();
        const auto made = compileAggregate(request, m_catalogue);
        QVERIFY2(made, made ? "" : made.problems().front().message.c_str());
        const auto checked = checkStatement(made->sql, m_catalogue, made->params);
        if (!checked)
            QFAIL((checked.problems().front().message + "\n" + made->sql).c_str());
        QCOMPARE(checked->topics, made->topics);
        QCOMPARE(checked->isVolatile, made->isVolatile);
    }
}

void TstAggregateSql::constantsAreParameters()
{
    AggregateRequest request{.source = {"orders"}, .measures = {{}}};
    request.where = {{{"status", FilterOp::In, {"a\"b", "c\\d"}}},
                     {{"status", FilterOp::Contains, {"50%_\\'"}, true},
                      {"amount", FilterOp::Between, {"1.10", "2"}}}};
    const auto made = compileAggregate(request, m_catalogue);
    QVERIFY(made);
    QCOMPARE(QString::fromStdString(made->sql),
             QString("WITH base AS (SELECT 1 AS v0 FROM \"public\".\"orders\" AS s0"
                     " WHERE (s0.\"status\" = ANY ($1::text[]))"
                     " AND (s0.\"status\" IS NULL OR s0.\"status\" ILIKE $2::text"
                     " OR (s0.\"amount\" >= $3::numeric AND s0.\"amount\" < $4::numeric))),"
                     " grouped AS (SELECT count(*) AS m0 FROM base AS b)"
                     " SELECT g.m0 AS \"count\" FROM grouped AS g"));
    const std::vector<std::optional<std::string>> params{R"({"a\"b","c\\d"})", R"(%50\%\_\\'%)",
                                                         "1.10", "2"};
    QCOMPARE(made->params, params);
}

void TstAggregateSql::lookUpsAreReducedToOneRowAKey()
{
    AggregateRequest request{.source = {"orders"}};
    request.lookUps = {{"Customer-Events", "c", {{"customer_id", "customer_id"}}}};
    request.dimensions = {{"c.country"}};
    const auto made = compileAggregate(request, m_catalogue);
    QVERIFY(made);
    QVERIFY2(made->sql.find("LEFT JOIN (SELECT DISTINCT ON (t.\"customer_id\") t.\"country\", "
                            "t.\"customer_id\" FROM \"public\".\"customers\" AS t WHERE "
                            "t.\"customer_id\" IS NOT NULL ORDER BY t.\"customer_id\", t._time DESC"
                            " NULLS LAST") != std::string::npos,
             made->sql.c_str());
    const std::vector<std::string> topics{"Customer-Events", "orders"};
    QCOMPARE(made->topics, topics);
}

void TstAggregateSql::latestComparesTimeFirst()
{
    const auto made =
        compileAggregate({.source = {"orders", {"order_id"}}, .measures = {{}}}, m_catalogue);
    QVERIFY(made);
    QVERIFY2(
        made->sql.find("(SELECT DISTINCT ON (t.\"order_id\") t.\"order_id\" FROM "
                       "\"public\".\"orders\" AS t ORDER BY t.\"order_id\", t._time DESC NULLS"
                       " LAST, t._generation DESC, t._partition DESC, t._offset DESC) AS s0") !=
            std::string::npos,
        made->sql.c_str());
}

void TstAggregateSql::topReadsTheOthersFromTheRows()
{
    AggregateRequest request{.source = {"orders"}, .dimensions = {{"city"}}, .measures = {{}}};
    request.top = TopN{.count = 3};
    auto made = compileAggregate(request, m_catalogue);
    QVERIFY(made);
    QVERIFY(made->sql.find("g.is_other AS \"is_other\"") != std::string::npos);
    QVERIFY(made->sql.find("LIMIT 3)") != std::string::npos);
    QCOMPARE(made->params.back(), std::optional<std::string>("Other"));
    request.top->withOther = false;
    made = compileAggregate(request, m_catalogue);
    QVERIFY(made->sql.find("WHERE NOT g.is_other") != std::string::npos);
    QVERIFY(made->params.empty());
}

void TstAggregateSql::equalRequestsGiveEqualText()
{
    tests::RequestGenerator one(m_catalogue, 9);
    tests::RequestGenerator two(m_catalogue, 9);
    for (int i = 0; i < 100; ++i)
        QVERIFY(*compileAggregate(one.next(), m_catalogue) ==
                *compileAggregate(two.next(), m_catalogue));
}

void TstAggregateSql::tooLongAQuestionIsRefused()
{
    AggregateRequest request{.source = {"orders"}};
    for (int i = 0; i < 64; ++i)
        request.where.push_back({{"created_at", FilterOp::Between, {"2024-01-01", "2024-01-02"}}});
    for (int i = 0; i < 8; ++i)
        request.dimensions.push_back(
            {"created_at", "d" + std::to_string(i), TimeBucket{7, BucketUnit::Day, "UTC"}, {}});
    QVERIFY(compileAggregate(request, m_catalogue));
    for (Dimension& dimension : request.dimensions)
        dimension.as += std::string(60, '"');
    for (int i = 0; i < 32; ++i)
        request.measures.push_back(
            {MeasureKind::Sum, "amount", std::string(60, '"') + std::to_string(i)});
    const auto made = compileAggregate(request, m_catalogue);
    QVERIFY(!made);
    QCOMPARE(made.problems().front().code, std::string("limit"));
}

MR_TEST(TstAggregateSql)
#include "tst_aggregate_sql.moc"
