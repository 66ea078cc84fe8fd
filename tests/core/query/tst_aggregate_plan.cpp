// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_plan.h"
#include "tests/core/query/shop.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstAggregatePlan : public QObject
{
    Q_OBJECT

private slots:
    void everyFaultNamesItsFieldAndTheNearestName_data();
    void everyFaultNamesItsFieldAndTheNearestName();
    void allFaultsAreToldAtOnceUpToTwenty();
    void namesOfTheSourceComeBeforeLookUps();
    void aLookUpMayStandOnTheOneBeforeIt();
    void theOrderIsTotal();

private:
    const Catalogue m_catalogue = tests::shopCatalogue();
};

namespace {

AggregateRequest orders()
{
    return {.source = {"orders"}, .measures = {{}}};
}

using Change = void (*)(AggregateRequest&);
struct Fault
{
    const char* name;
    Change change;
    const char* told; ///< code, field, nearest
};

const Fault faults[] = {
    {"table", [](auto& r) { r.source.table = "order"; }, "unknown_name table orders"},
    {"no table", [](auto& r) { r.source.table = ""; }, "missing table "},
    {"latest", [](auto& r) { r.source.latestPer = {"order_idd"}; },
     "unknown_name latest_per[0] order_id"},
    {"measure column",
     [](auto& r) {
         r.measures = {{MeasureKind::Sum, "amout"}};
     },
     "unknown_name measures[0].column amount"},
    {"measure without column", [](auto& r) { r.measures = {{MeasureKind::Sum}}; },
     "missing measures[0].column "},
    {"sum of text",
     [](auto& r) {
         r.measures = {{MeasureKind::Sum, "status"}};
     },
     "wrong_type measures[0].column "},
    {"max of bool",
     [](auto& r) {
         r.measures = {{MeasureKind::Max, "is_gift"}};
     },
     "wrong_type measures[0].column "},
    {"min of jsonb",
     [](auto& r) {
         r.measures = {{MeasureKind::Min, "items"}};
     },
     "wrong_type measures[0].column "},
    {"share of number",
     [](auto& r) {
         r.measures = {{MeasureKind::ShareTrue, "amount"}};
     },
     "wrong_type measures[0].column "},
    {"count of column",
     [](auto& r) {
         r.measures = {{MeasureKind::Count, "amount"}};
     },
     "refused measures[0].column "},
    {"no fraction",
     [](auto& r) {
         r.measures = {{MeasureKind::Percentile, "amount"}};
     },
     "missing measures[0].fraction "},
    {"fraction",
     [](auto& r) {
         r.measures = {{MeasureKind::Percentile, "amount", "p", 95.0}};
     },
     "limit measures[0].fraction "},
    {"two names",
     [](auto& r) {
         r.measures = {{}, {}};
     },
     "refused measures[1].as "},
    {"long name", [](auto& r) { r.measures[0].as = std::string(64, 'x'); },
     "limit measures[0].as "},
    {"filter column",
     [](auto& r) {
         r.where = {{{"stats", FilterOp::IsNull}}};
     },
     "unknown_name where[0].column status"},
    {"filter in group",
     [](auto& r) {
         r.where = {{{"status", FilterOp::IsNull}, {"stats", FilterOp::IsNull}}};
     },
     "unknown_name where[0].any[1].column status"},
    {"constant",
     [](auto& r) {
         r.where = {{{"customer_id", FilterOp::In, {"1", "x"}}}};
     },
     "wrong_type where[0].values[1] "},
    {"null constant",
     [](auto& r) {
         r.where = {{{"status", FilterOp::Equal, {std::nullopt}}}};
     },
     "wrong_type where[0].values[0] "},
    {"contains number",
     [](auto& r) {
         r.where = {{{"amount", FilterOp::Contains, {"1"}}}};
     },
     "wrong_type where[0].op "},
    {"between one",
     [](auto& r) {
         r.where = {{{"amount", FilterOp::Between, {"1"}}}};
     },
     "missing where[0].values "},
    {"empty in",
     [](auto& r) {
         r.where = {{{"amount", FilterOp::In, {}}}};
     },
     "missing where[0].values "},
    {"empty group", [](auto& r) { r.where = {{}}; }, "missing where[0].any "},
    {"bucket of number",
     [](auto& r) {
         r.dimensions = {{"amount", {}, TimeBucket{}, {}}};
     },
     "wrong_type group_by[0].bucket "},
    {"zone",
     [](auto& r) {
         r.dimensions = {{"_time", {}, TimeBucket{1, BucketUnit::Day, "Europe/Pari"}, {}}};
     },
     "unknown_name group_by[0].zone Europe/Paris"},
    {"seven minutes",
     [](auto& r) {
         r.dimensions = {{"_time", {}, TimeBucket{7, BucketUnit::Minute}, {}}};
     },
     "limit group_by[0].bucket "},
    {"two weeks",
     [](auto& r) {
         r.dimensions = {{"_time", {}, TimeBucket{2, BucketUnit::Week}, {}}};
     },
     "limit group_by[0].bucket "},
    {"bin of text",
     [](auto& r) {
         r.dimensions = {{"status", {}, {}, NumericBin{"1"}}};
     },
     "wrong_type group_by[0].bin "},
    {"bin of nothing",
     [](auto& r) {
         r.dimensions = {{"amount", {}, {}, NumericBin{"0.0"}}};
     },
     "wrong_type group_by[0].bin "},
    {"having",
     [](auto& r) {
         r.having = {{"cout", FilterOp::Greater, {"1"}}};
     },
     "unknown_name having[0].measure count"},
    {"having contains",
     [](auto& r) {
         r.having = {{"count", FilterOp::Contains, {"1"}}};
     },
     "refused having[0].op "},
    {"sort", [](auto& r) { r.sort = {{"coun"}}; }, "unknown_name sort[0].name count"},
    {"top without dimension", [](auto& r) { r.top = TopN{}; }, "missing group_by "},
    {"top by",
     [](auto& r) {
         r.dimensions = {{"city"}};
         r.top = TopN{1, "counts"};
     },
     "unknown_name top.by count"},
    {"limit", [](auto& r) { r.limit = 0; }, "limit limit "},
    {"nothing asked", [](auto& r) { r.measures.clear(); }, "missing measures "},
    {"look-up table",
     [](auto& r) {
         r.lookUps = {{"customer", "c", {{"city", "city"}}}};
     },
     "unknown_name look_ups[0].table customers"},
    {"look-up column",
     [](auto& r) {
         r.lookUps = {{"customers", "c", {{"customer_id", "customerid"}}}};
     },
     "unknown_name look_ups[0].on[0].right customer_id"},
    {"look-up types",
     [](auto& r) {
         r.lookUps = {{"customers", "c", {{"lat", "customer_id"}}}};
     },
     "wrong_type look_ups[0].on[0] "},
    {"look-up without on",
     [](auto& r) {
         r.lookUps = {{"customers", "c", {}}};
     },
     "missing look_ups[0].on "},
    {"look-up's column",
     [](auto& r) {
         r.lookUps = {{"customers", "c", {{"customer_id", "customer_id"}}}};
         r.dimensions = {{"c.countri"}};
     },
     "unknown_name group_by[0].column c.country"},
};

} // namespace

void TstAggregatePlan::everyFaultNamesItsFieldAndTheNearestName_data()
{
    QTest::addColumn<int>("fault");
    for (int i = 0; i < static_cast<int>(std::size(faults)); ++i)
        QTest::newRow(faults[i].name) << i;
}

void TstAggregatePlan::everyFaultNamesItsFieldAndTheNearestName()
{
    QFETCH(int, fault);
    AggregateRequest request = orders();
    QVERIFY(planAggregate(request, m_catalogue, {}));
    faults[fault].change(request);
    const auto plan = planAggregate(request, m_catalogue, {});
    QVERIFY(!plan);
    const Problem& problem = plan.problems().front();
    QCOMPARE(problem.code + " " + problem.field + " " + problem.nearest,
             std::string(faults[fault].told));
    QVERIFY(!problem.message.empty());
}

void TstAggregatePlan::allFaultsAreToldAtOnceUpToTwenty()
{
    AggregateRequest request = orders();
    request.source.latestPer = {"nothing"};
    request.measures = {{MeasureKind::Sum, "status"}};
    request.limit = -1;
    QCOMPARE(planAggregate(request, m_catalogue, {}).problems().size(), std::size_t(3));
    request.measures.assign(30, {MeasureKind::Sum, "status"});
    QCOMPARE(planAggregate(request, m_catalogue, {}).problems().size(), std::size_t(20));
}

void TstAggregatePlan::namesOfTheSourceComeBeforeLookUps()
{
    AggregateRequest request = orders();
    request.lookUps = {{"Customer-Events", {}, {{"customer_id", "customer_id"}}}};
    request.dimensions = {{"city"}, {"Customer-Events.country"}};
    const auto plan = planAggregate(request, m_catalogue, {});
    QVERIFY(plan);
    QCOMPARE(plan->dimensions[0].column.relation, std::size_t(0));
    QCOMPARE(plan->dimensions[1].column.relation, std::size_t(1));
    QCOMPARE(plan->dimensions[1].name, std::string("country"));
}

void TstAggregatePlan::aLookUpMayStandOnTheOneBeforeIt()
{
    AggregateRequest request = orders();
    request.lookUps = {{"customers", "c", {{"customer_id", "customer_id"}}},
                       {"orders", "o", {{"c.country", "city"}}}};
    QVERIFY(planAggregate(request, m_catalogue, {}));
    std::swap(request.lookUps[0], request.lookUps[1]);
    const auto plan = planAggregate(request, m_catalogue, {});
    QVERIFY(!plan);
    QCOMPARE(plan.problems().front().field, std::string("look_ups[0].on[0].left"));
}

void TstAggregatePlan::theOrderIsTotal()
{
    AggregateRequest request = orders();
    request.dimensions = {{"city"}, {"status"}};
    request.top = TopN{};
    request.sort = {{"count", true}};
    const auto plan = planAggregate(request, m_catalogue, {});
    QVERIFY(plan);
    QCOMPARE(plan->sort.size(), std::size_t(4));
    QVERIFY(plan->sort[0].of == PlannedSort::Of::Measure && plan->sort[0].descending);
    QVERIFY(plan->sort[1].of == PlannedSort::Of::IsOther);
    QCOMPARE(plan->sort[3].index, std::size_t(1));
}

MR_TEST(TstAggregatePlan)
#include "tst_aggregate_plan.moc"
