// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_json.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstAggregateJson : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryPart();
    void everyFaultNamesItsFieldAndTheNearestWord_data();
    void everyFaultNamesItsFieldAndTheNearestWord();
    void allFaultsAreToldAtOnceUpToTwenty();
};

void TstAggregateJson::readsEveryPart()
{
    const auto read = parseAggregate(R"({
        "table": "orders", "latest_per": ["order_id"],
        "look_ups": [{"table": "customers", "as": "c", "on": {"customer_id": "id"}},
                     {"table": "t", "on": [["a", "b"], ["a", "c"]]}],
        "where": [{"column": "status", "op": "in", "values": ["paid", "sent"]},
                  {"any": [{"column": "amount", "op": ">", "value": 12345678901234567890.10,
                            "or_null": true}, {"column": "is_gift", "op": "=", "value": true}]}],
        "group_by": ["c.country",
                     {"column": "_time", "bucket": "15 minutes", "zone": "Europe/Paris"},
                     {"column": "created_at", "bucket": "day", "as": "day"},
                     {"column": "amount", "bin": 0.10, "origin": "3"}],
        "measures": ["count", {"kind": "percentile", "column": "amount", "fraction": 0.95}],
        "having": [{"measure": "count", "op": ">=", "value": 2}],
        "top": {"count": 5, "by": "count", "ascending": true, "with_other": false,
                "other_label": "rest"},
        "sort": ["-count", {"name": "-x", "nulls_first": true}], "limit": 100})");
    QVERIFY2(read, read ? "" : read.problems().front().message.c_str());
    AggregateRequest expected{.source = {"orders", {"order_id"}}};
    expected.lookUps = {{"customers", "c", {{"customer_id", "id"}}},
                        {"t", "", {{"a", "b"}, {"a", "c"}}}};
    expected.where = {{{"status", FilterOp::In, {"paid", "sent"}}},
                      {{"amount", FilterOp::Greater, {"12345678901234567890.10"}, true},
                       {"is_gift", FilterOp::Equal, {"true"}}}};
    expected.dimensions = {{"c.country"},
                           {"_time", {}, TimeBucket{15, BucketUnit::Minute, "Europe/Paris"}, {}},
                           {"created_at", "day", TimeBucket{}, {}},
                           {"amount", {}, {}, NumericBin{"0.10", "3"}}};
    expected.measures = {{}, {MeasureKind::Percentile, "amount", {}, 0.95}};
    expected.having = {{"count", FilterOp::GreaterOrEqual, {"2"}}};
    expected.top = TopN{5, "count", true, false, "rest"};
    expected.sort = {{"count", true, false}, {"-x", false, true}};
    expected.limit = 100;
    QVERIFY(*read == expected);
}

void TstAggregateJson::everyFaultNamesItsFieldAndTheNearestWord_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("told");
    const auto fault = [](const char* body, const char* told) {
        QTest::addRow("%s", body) << QByteArray(body) << QByteArray(told);
    };
    fault("", "syntax  ");
    fault("[1", "syntax  ");
    fault("{} x", "syntax  ");
    fault("[]", "wrong_type  ");
    fault("[[[[[[[[[1]]]]]]]]]", "limit  ");
    fault("{}", "missing table ");
    fault(R"({"table":1})", "wrong_type table ");
    fault(R"({"table":"a","table":"b"})", "refused table ");
    fault(R"({"table":"a","mesures":[]})", "unknown_name mesures measures");
    fault(R"({"table":"a","measures":{}})", "wrong_type measures ");
    fault(R"({"table":"a","measures":["cont"]})", "unknown_name measures[0] count");
    fault(R"({"table":"a","measures":[{"kind":"average"}]})", "unknown_name measures[0].kind avg");
    fault(R"({"table":"a","measures":[{"column":"x"}]})", "missing measures[0].kind ");
    fault(R"({"table":"a","measures":[{"kind":"sum","fraction":"1"}]})",
          "wrong_type measures[0].fraction ");
    fault(R"({"table":"a","where":[{"column":"x","op":"betwen"}]})",
          "unknown_name where[0].op between");
    fault(R"({"table":"a","where":[{"op":"="}]})", "missing where[0].column ");
    fault(R"({"table":"a","where":[{"any":[{"column":"x","op":"=","vale":1}]}]})",
          "unknown_name where[0].any[0].vale value");
    fault(R"({"table":"a","where":[{"any":[]}]})", "wrong_type where[0].any ");
    fault(R"({"table":"a","where":[{"column":"x","op":"=","value":{}}]})",
          "wrong_type where[0].value ");
    fault(R"({"table":"a","where":[{"column":"x","op":"=","value":1,"values":[1]}]})",
          "refused where[0].values ");
    fault(R"({"table":"a","group_by":[{"column":"x","bucket":"2 fortnights"}]})",
          "unknown_name group_by[0].bucket month");
    fault(R"({"table":"a","group_by":[{"column":"x","zone":"UTC"}]})",
          "missing group_by[0].bucket ");
    fault(R"({"table":"a","look_ups":[{"table":"b","on":"x"}]})", "wrong_type look_ups[0].on ");
    fault(R"({"table":"a","look_ups":[{"table":"b"}]})", "missing look_ups[0].on ");
    fault(R"({"table":"a","top":{"count":1.5}})", "wrong_type top.count ");
    fault(R"({"table":"a","limit":99999999999999999999})", "wrong_type limit ");
    fault(R"({"table":"a","sort":[1]})", "wrong_type sort[0] ");
}

void TstAggregateJson::everyFaultNamesItsFieldAndTheNearestWord()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, told);
    const auto read = parseAggregate(body.toStdString());
    QVERIFY(!read);
    const Problem& problem = read.problems().front();
    QCOMPARE(QByteArray::fromStdString(problem.code + " " + problem.field + " " + problem.nearest),
             told);
}

void TstAggregateJson::allFaultsAreToldAtOnceUpToTwenty()
{
    QCOMPARE(parseAggregate(R"({"tabel":"a","measures":["x"],"limit":"1"})").problems().size(),
             std::size_t(4));
    std::string body = R"({"table":"a","sort":[0)";
    for (int i = 0; i < 50; ++i)
        body += ",0";
    QCOMPARE(parseAggregate(body + "]}").problems().size(), std::size_t(20));
}

MR_TEST(TstAggregateJson)
#include "tst_aggregate_json.moc"
