// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/series_steps.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

class TstSeriesSteps : public QObject
{
    Q_OBJECT

private slots:
    void neverCountsTooFew_data();
    void neverCountsTooFew();
    void whatCannotBeToldIsNothing();
};

namespace {

ConstantNode text(std::string_view value)
{
    return {.text = value, .integer = {}, .number = {}};
}
ConstantNode integer(std::int32_t value)
{
    return {.text = {}, .integer = value, .number = {}};
}
ConstantNode number(std::string_view value)
{
    return {.text = {}, .integer = {}, .number = value};
}

} // namespace

void TstSeriesSteps::neverCountsTooFew_data()
{
    using Bounds = std::vector<std::optional<ConstantNode>>;
    QTest::addColumn<Bounds>("bounds");
    QTest::addColumn<std::int64_t>("rows");
    const auto row = [](const char* name, const Bounds& bounds, std::int64_t rows) {
        QTest::newRow(name) << bounds << rows;
    };
    row("1 to 10", {integer(1), integer(10)}, 10);
    row("down", {integer(10), integer(1), integer(-1)}, 10);
    row("by 3", {integer(0), integer(9), integer(3)}, 4);
    row("decimals", {number("0.5"), integer(1), number("0.1")}, 6);
    row("days", {text("2024-01-01"), text("2024-01-31"), text("1 day")}, 31);
    row("minutes", {text("2024-01-01"), text("2024-01-02"), text("15 minutes")}, 97);
    row("months", {text("2024-01-01"), text("2024-12-01"), text("1 month")}, 12);
}

void TstSeriesSteps::neverCountsTooFew()
{
    QFETCH(std::vector<std::optional<ConstantNode>>, bounds);
    QFETCH(std::int64_t, rows);
    const auto steps = seriesSteps(bounds);
    QVERIFY(steps && *steps >= rows);
    QVERIFY(*steps <= rows * 2 + 3);
}

void TstSeriesSteps::whatCannotBeToldIsNothing()
{
    QVERIFY(!seriesSteps({}));
    QVERIFY(!seriesSteps({integer(1)}));
    QVERIFY(!seriesSteps({integer(1), std::nullopt}));
    QVERIFY(!seriesSteps({integer(1), integer(2), integer(0)}));
    QVERIFY(!seriesSteps({text("2024-01-01"), text("2024-01-31")}));
    QVERIFY(!seriesSteps({text("2024-01-01"), text("2024-02-30"), text("1 day")}));
    QVERIFY(!seriesSteps({text("2024-01-01"), text("2024-01-31"), text("1 microsecond")}));
    QVERIFY(!seriesSteps({text("2024-01-01"), text("2024-01-31"), text("1 day 1 second")}));
    QVERIFY(!seriesSteps({text("2024-01-01"), text("infinity"), text("1 day")}));
    QVERIFY(!seriesSteps({text("2024-01-01 BC"), text("2024-01-01"), text("1 second")}));
    QVERIFY(!seriesSteps({text("-1-01-01"), text("2024-01-01"), text("1 year")}));
    QVERIFY(
        seriesSteps({text("2024-01-01T00:00:00Z"), text("2024-01-02 12:00+02"), text("1 day")}));
}

MR_TEST(TstSeriesSteps)
#include "tst_series_steps.moc"
