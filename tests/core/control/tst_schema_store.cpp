// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/schema_store.h"
#include "tests/core/control/control_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::control;
using namespace std::string_literals;
using harness::SqlClient;
using schema::ColumnType;
using schema::Kind;

class TstSchemaStore : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void columnsComeBackAsTheyWereStored();
    void everyChangeIsOnTheTimeline();
    void hostileNamesAndLongKeysAreStored();
    void uniqueKeysHold();
    void theTableIsOursByOid();
    void renamesAndDropsAreFollowed();

private:
    std::string m_database;
    schema::QualifiedName m_table{"public", "orders"};
};

namespace {

schema::AddColumn adding(const std::string& name, const schema::Path& path, ColumnType type,
                         std::initializer_list<Kind> kinds)
{
    schema::AddColumn change;
    change.column.name = name;
    change.column.path = path;
    change.column.type = type;
    for (const Kind kind : kinds)
        change.column.kinds.add(kind);
    change.cause = {PartitionId(3), Offset(42), "it's 5"};
    return change;
}

} // namespace

void TstSchemaStore::init()
{
    m_database = tests::controlDatabase();
    auto session = tests::openSession(m_database);
    tests::makeTopic(session, "orders", 1);
}

void TstSchemaStore::columnsComeBackAsTheyWereStored()
{
    auto session = tests::openSession(m_database);
    const auto price = adding("price", {"price"}, ColumnType::BigInt, {Kind::Int53});
    const auto city = adding("address_city", {"address", "ci\"ty\\"}, ColumnType::Text,
                             {Kind::String, Kind::Timestamp});
    const auto whole = adding("_value", {}, ColumnType::Json, {Kind::Json});
    const std::vector<AppliedChange> first{{price, "", 0}, {city, "", 0}, {whole, "", 0}};
    QVERIFY(session.execute(storeChangesSql("orders", m_table, first)));
    schema::WidenColumn widen;
    widen.column = "price";
    widen.from = ColumnType::BigInt;
    widen.to = ColumnType::Numeric;
    widen.kinds.add(Kind::Number);
    schema::GrowKinds grow;
    grow.column = "price";
    grow.kinds.add(Kind::Double);
    const std::vector<AppliedChange> second{{widen, "", 0}, {grow, "", 0}};
    QVERIFY(session.execute(storeChangesSql("orders", m_table, second)));
    const auto columns = loadColumns(session, "orders");
    QVERIFY(columns);
    QCOMPARE(columns->size(), std::size_t{3});
    schema::Column expected = price.column;
    expected.type = ColumnType::Numeric;
    expected.kinds.add(Kind::Number);
    expected.kinds.add(Kind::Double);
    expected.widenings = 1;
    QVERIFY((*columns)[0] == expected);
    QVERIFY((*columns)[1] == city.column);
    QVERIFY((*columns)[2] == whole.column);
    QCOMPARE(loadTopics(session)->front().layout, std::int64_t{1});
    QVERIFY(loadColumns(session, "none")->empty());
}

void TstSchemaStore::everyChangeIsOnTheTimeline()
{
    auto session = tests::openSession(m_database);
    schema::AddColumn variant = adding("price__text", {"price"}, ColumnType::Text, {Kind::String});
    variant.variant = true;
    schema::WidenColumn widen;
    widen.column = "price";
    const schema::Cause cause{PartitionId(1), Offset(7), "sample"};
    widen.cause = cause;
    const std::vector<AppliedChange> changes{
        {schema::CreateTable{"orders", cause}, "CREATE …", 1.5},
        {adding("price", {"price"}, ColumnType::BigInt, {Kind::Int53}), "ALTER …", 2},
        {variant, "ALTER …", 2},
        {widen, "ALTER …", 3},
        {schema::GrowKinds{"price", {}}, "", 0},
        {schema::Overflow{{"a", "b"}, "more than 100 keys", cause}, "", 0}};
    QVERIFY(session.execute(storeChangesSql("orders", m_table, changes)));
    SqlClient client(m_database);
    QCOMPARE(client.value("SELECT string_agg(concat_ws('|', change, column_name, before, after, "
                          "ddl, duration_ms, partition, record_offset, sample), E'\\n' "
                          "ORDER BY id) FROM millrace.schema_change"),
             "create_table|orders|CREATE …|1.5|1|7|sample\n"
             "add_column|price|bigint|ALTER …|2|3|42|it's 5\n"
             "variant_column|price__text|text|ALTER …|2|3|42|it's 5\n"
             "widen_column|price|bigint|numeric|ALTER …|3|1|7|sample\n"
             "overflow|[\"a\",\"b\"]|more than 100 keys||0|1|7|sample"s);
    QCOMPARE(client.value("SELECT table_name FROM millrace.topic"), "orders"s);
}

void TstSchemaStore::hostileNamesAndLongKeysAreStored()
{
    auto session = tests::openSession(m_database);
    const std::string hostile = "\"'; DROP TABLE millrace.topic; -- \\ \x01é";
    std::string noise;
    for (int i = 0; i < 20'000; ++i)
        noise += std::to_string(i * 7919);
    const std::vector<AppliedChange> changes{
        {adding(hostile, {hostile, ""}, ColumnType::Bool, {Kind::Bool}), hostile, 0},
        {adding("long", {noise}, ColumnType::Bool, {Kind::Bool}), "", 0},
        {adding("longer", {noise + "x"}, ColumnType::Bool, {Kind::Bool}), "", 0}};
    const auto done = session.execute(storeChangesSql("orders", m_table, changes));
    QVERIFY2(done, done ? "" : describe(done.error()).c_str());
    const auto columns = *loadColumns(session, "orders");
    QCOMPARE(columns[0].name, hostile);
    QCOMPARE(columns[0].path, (schema::Path{hostile, ""}));
    QCOMPARE(columns[1].path, schema::Path{noise});
    QVERIFY(SqlClient(m_database).number("SELECT count(*) FROM millrace.topic") == 1);
}

void TstSchemaStore::uniqueKeysHold()
{
    auto session = tests::openSession(m_database);
    const std::vector<AppliedChange> one{
        {adding("a", {"a"}, ColumnType::Text, {Kind::String}), "", 0}};
    QVERIFY(session.execute(storeChangesSql("orders", m_table, one)));
    const std::vector<AppliedChange> sameName{
        {adding("a", {"b"}, ColumnType::Text, {Kind::String}), "", 0}};
    QVERIFY(!session.execute(storeChangesSql("orders", m_table, sameName)));
    const std::vector<AppliedChange> samePath{
        {adding("b", {"a"}, ColumnType::Text, {Kind::String}), "", 0}};
    QVERIFY(!session.execute(storeChangesSql("orders", m_table, samePath)));
    const std::vector<AppliedChange> variant{
        {adding("a__bool", {"a"}, ColumnType::Bool, {Kind::Bool}), "", 0}};
    QVERIFY(session.execute(storeChangesSql("orders", m_table, variant)));
    tests::makeTopic(session, "other", 1);
    QVERIFY(session.execute(storeChangesSql("other", m_table, one)));
    QVERIFY(session.execute("CREATE TABLE orders ()"));
    QVERIFY(session.execute(storeTableSql("orders", m_table)));
    const auto taken = session.execute(storeTableSql("other", m_table));
    QVERIFY(!taken);
    QVERIFY(taken.error().origin.starts_with("23505"));
}

void TstSchemaStore::theTableIsOursByOid()
{
    auto session = tests::openSession(m_database);
    const schema::QualifiedName odd{"public", "Or\"de'rs"};
    QVERIFY(session.execute("CREATE TABLE " + schema::quoted(odd) + " ()"));
    QVERIFY(session.execute(storeTableSql("orders", odd)));
    const TopicRow row = loadTopics(session)->front();
    QCOMPARE(row.table, odd.name);
    QVERIFY(row.tableOid);
    QCOMPARE(SqlClient(m_database)
                 .value("SELECT relname FROM pg_class WHERE oid = " +
                        std::to_string(row.tableOid->value)),
             odd.name);
}

void TstSchemaStore::renamesAndDropsAreFollowed()
{
    auto session = tests::openSession(m_database);
    const std::vector<AppliedChange> changes{
        {adding("a", {"a"}, ColumnType::Text, {Kind::String}), "", 0},
        {adding("b", {"b"}, ColumnType::Text, {Kind::String}), "", 0}};
    QVERIFY(session.execute(storeChangesSql("orders", m_table, changes)));
    QVERIFY(
        session.execute(renameColumnSql("orders", "a", "it's") + forgetColumnSql("orders", "b")));
    const auto columns = *loadColumns(session, "orders");
    QCOMPARE(columns.size(), std::size_t{1});
    QCOMPARE(columns[0].name, "it's"s);
    QCOMPARE(columns[0].path, schema::Path{"a"});
}

MR_TEST(TstSchemaStore)
#include "tst_schema_store.moc"
