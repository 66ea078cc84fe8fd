// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/table_facts.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace;
using namespace millrace::http;
using nlohmann::json;

class TstTableFacts : public QObject
{
    Q_OBJECT

private slots:
    void tellsColumnsPositionsAndContract();
    void tellsWhatIsNotKnown();
};

void TstTableFacts::tellsColumnsPositionsAndContract()
{
    query::SourceTable table{"shop.orders", {"public", "orders"}, Oid(7), 12, 0, {}};
    table.columns = {{"_offset", schema::ColumnType::BigInt, "bigint", {}, {}},
                     {"name",
                      schema::ColumnType::Text,
                      "text",
                      {"customer", "na\"me"},
                      "2026-01-01T00:00:00.000000Z"}};
    query::TableFacts facts;
    facts.rows = 9007199254740993;
    facts.dead = 2;
    facts.committedAt = "2026-02-01T00:00:00.000000Z";
    facts.contract = "evolve";
    facts.state = "running";
    facts.partitions = {{Generation(1), PartitionId(3), Offset(9007199254740995), 5, 1, "stopped"}};
    const json said = json::parse(tableFactsJson(table, facts));
    QCOMPARE(said.at("table"), json("orders"));
    QCOMPARE(said.at("topic"), json("shop.orders"));
    QCOMPARE(said.at("schema_version"), json(12));
    QCOMPARE(said.at("rows"), json(9007199254740993));
    QCOMPARE(said.at("committed_at"), json("2026-02-01T00:00:00.000000Z"));
    QCOMPARE(said.at("contract"), json("evolve"));
    QCOMPARE(
        said.at("columns")[0],
        (json{{"name", "_offset"}, {"type", "bigint"}, {"path", nullptr}, {"since", nullptr}}));
    QCOMPARE(said.at("columns")[1].at("path"), json::array({"customer", "na\"me"}));
    QCOMPARE(said.at("positions")[0], (json{{"generation", 1},
                                            {"partition", 3},
                                            {"next_offset", 9007199254740995},
                                            {"rows", 5},
                                            {"dead", 1},
                                            {"state", "stopped"}}));
}

void TstTableFacts::tellsWhatIsNotKnown()
{
    const json said = json::parse(tableFactsJson({}, {}));
    QVERIFY(said.at("committed_at").is_null());
    QVERIFY(said.at("columns").is_array() && said.at("columns").empty());
    QVERIFY(said.at("positions").is_array() && said.at("positions").empty());
}

MR_TEST(TstTableFacts)
#include "tst_table_facts.moc"
