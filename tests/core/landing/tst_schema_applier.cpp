// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/schema_applier.h"
#include "tests/core/landing/landing_scene.h"
#include "tests/support/test_registry.h"

#include <QFile>
#include <QtTest/QtTest>

#include <atomic>
#include <random>
#include <thread>

using namespace millrace;
using namespace millrace::tests;
using schema::Kind;

class TstSchemaApplier : public QObject
{
    Q_OBJECT

private slots:
    void createsTheTableAsDocumented();
    void leavesTheIndexOutWhenTold();
    void widensInPlaceAndKeepsValues_data();
    void widensInPlaceAndKeepsValues();
    void widensNoColumnThatSomethingHangsOn_data();
    void widensNoColumnThatSomethingHangsOn();
    void widensNothingBesideAnOpenSnapshot();
    void widensNothingBeyondTheLimit();
    void widensNoLargeTable();
    void neverAdoptsAForeignName_data();
    void neverAdoptsAForeignName();
    void givesAClashingColumnAnotherName();
    void givesUpOnALockedTableWithinItsTime();
    void sendsTheRestToOverflowWhenTheTableIsFull();
    void tellsAnOverflowOnceAcrossWorkers();
    void manyWorkersMeetWithoutAnError();
};

namespace {

schema::Sighting sighting(const schema::Path& path, std::vector<Kind> kinds,
                          std::int64_t offset = 0)
{
    schema::Sighting seen{path, {}};
    for (const Kind kind : kinds)
        seen.kinds.push_back({kind, {PartitionId(0), Offset(offset++), "sample"}});
    return seen;
}

struct Applying
{
    Applying()
        : connection(scene.connect())
    {
        scene.makeTopic("orders");
    }
    Result<landing::Applied> apply(const std::vector<schema::Sighting>& seen,
                                   const std::string& topic = "orders", int attempt = 0)
    {
        landing::SchemaApplier applier(
            connection,
            {scene.settings.dataSchema, scene.settings.brinIndex, scene.settings.limits});
        return applier.apply(topic, seen, attempt);
    }
    Result<landing::Applied> see(const std::string& key, std::vector<Kind> kinds)
    {
        return apply({sighting({key}, std::move(kinds))});
    }
    QString columns()
    {
        return scene.text("SELECT string_agg(attname || ' ' || atttypid::regtype, ', ' "
                          "ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
                          "'orders'::regclass AND attnum > 8 AND NOT attisdropped");
    }
    LandingScene scene;
    postgres::Connection connection;
};

} // namespace

void TstSchemaApplier::createsTheTableAsDocumented()
{
    Applying it;
    const auto applied = it.apply(
        {sighting({"createdAt"}, {Kind::Timestamp}), sighting({"a", "b.c"}, {Kind::Json})});
    QVERIFY2(applied, errorOf(applied).c_str());
    QCOMPARE(applied->changes, 3);
    QCOMPARE(it.scene.text("SELECT string_agg(format('%s %s %s', attname, atttypid::regtype, "
                           "atthasdef), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
                           "'orders'::regclass AND attnum > 0"),
             "_partition integer f, _generation integer f, _offset bigint f, _time timestamp with "
             "time zone f, _ingested timestamp with time zone t, _key text f, _headers jsonb f, "
             "_more jsonb f, a_b_c jsonb f, created_at timestamp with time zone f");
    QCOMPARE(it.scene.text("SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = "
                           "'orders'::regclass"),
             "CREATE INDEX orders__time__partition__offset_idx ON public.orders USING brin (_time, "
             "_partition, _offset)");
    QCOMPARE(it.scene.text("SELECT string_agg(col_description('orders'::regclass, n), ' ' ORDER "
                           "BY n) FROM generate_series(9, 10) AS n"),
             "a.\"b.c\" createdAt");
    QCOMPARE(it.scene.text("SELECT obj_description('orders'::regclass)"),
             "Kafka topic orders, written by Millrace");
    QCOMPARE(it.scene.text("SELECT format('%s %s', table_name, table_oid = 'orders'::regclass) "
                           "FROM millrace.topic"),
             "orders t");
    QCOMPARE(it.scene.text("SELECT string_agg(change || ' ' || (ddl <> '') || ' ' || (duration_ms "
                           "> 0), ', ' ORDER BY id) FROM millrace.schema_change"),
             "create_table true true, add_column false false, add_column false false");
    QCOMPARE(it.scene.text("SELECT ddl LIKE '% \"a_b_c\" jsonb, \"created_at\" timestamp%' "
                           "FROM millrace.schema_change WHERE change = 'create_table'"),
             "t");
}

void TstSchemaApplier::leavesTheIndexOutWhenTold()
{
    Applying it;
    it.scene.settings.brinIndex = false;
    QVERIFY(it.see("a", {Kind::Bool}));
    QCOMPARE(it.scene.text("SELECT count(*) FROM pg_index WHERE indrelid = 'orders'::regclass"),
             "0");
}

void TstSchemaApplier::widensInPlaceAndKeepsValues_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<QString>("stored");
    QTest::addColumn<int>("second");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("kept");
    const auto row = [](const char* name, Kind first, const char* stored, Kind second,
                        const char* column, const char* kept) {
        QTest::newRow(name) << static_cast<int>(first) << stored << static_cast<int>(second)
                            << column << kept;
    };
    row("bigint to double", Kind::Int53, "-9007199254740992", Kind::Double, "n double precision",
        "-9007199254740992");
    row("bigint to numeric", Kind::Int64, "9223372036854775807", Kind::Number, "n numeric",
        "9223372036854775807");
    row("double to numeric, a fraction", Kind::Double, "0.1", Kind::Number, "n numeric", "0.1");
    row("double to numeric, fifteen digits", Kind::Double, "123456789.012345", Kind::Number,
        "n numeric", "123456789.012345");
    row("double to numeric, large", Kind::Double, "1.5e300", Kind::Number, "n numeric",
        "15" /* and zeros */);
}

void TstSchemaApplier::widensInPlaceAndKeepsValues()
{
    QFETCH(int, first);
    QFETCH(QString, stored);
    QFETCH(int, second);
    QFETCH(QString, column);
    QFETCH(QString, kept);
    Applying it;
    QVERIFY(it.see("n", {static_cast<Kind>(first)}));
    it.scene.sql.run("INSERT INTO orders (n) VALUES (" + stored.toStdString() + ")");
    const auto applied = it.see("n", {static_cast<Kind>(second)});
    QVERIFY2(applied, errorOf(applied).c_str());
    QCOMPARE(it.columns(), column);
    QString value = it.scene.text("SELECT n::text::numeric::text FROM orders");
    if (stored.contains("e300"))
        value = value.left(2);
    QCOMPARE(value, kept);
    QCOMPARE(it.scene.text("SELECT layout FROM millrace.topic"), "1");
}

void TstSchemaApplier::widensNoColumnThatSomethingHangsOn_data()
{
    QTest::addColumn<QString>("ddl");
    QTest::newRow("view") << "CREATE VIEW v AS SELECT n FROM orders";
    QTest::newRow("index") << "CREATE INDEX ON orders (n)";
    QTest::newRow("check") << "ALTER TABLE orders ADD CHECK (n > 0)";
    QTest::newRow("generated column")
        << "ALTER TABLE orders ADD twice bigint GENERATED ALWAYS AS (n * 2) STORED";
    QTest::newRow("row type in another table") << "CREATE TABLE other (o orders)";
}

void TstSchemaApplier::widensNoColumnThatSomethingHangsOn()
{
    QFETCH(QString, ddl);
    Applying it;
    QVERIFY(it.see("n", {Kind::Int53}));
    it.scene.sql.run(ddl.toStdString());
    const auto applied = it.see("n", {Kind::Double});
    QVERIFY2(applied, errorOf(applied).c_str());
    QVERIFY2(it.columns().contains("n bigint") && it.columns().contains("n__double double"),
             qPrintable(it.columns()));
}

void TstSchemaApplier::widensNothingBesideAnOpenSnapshot()
{
    Applying it;
    QVERIFY(it.see("n", {Kind::Int53}));
    it.scene.sql.run("INSERT INTO orders (n) VALUES (1)");
    const auto reader = it.scene.client();
    reader->run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    QVERIFY(it.see("n", {Kind::Double}));
    QCOMPARE(it.columns(), "n bigint, n__double double precision");
    QCOMPARE(reader->number("SELECT count(*) FROM orders"), 1);
    reader->run("COMMIT");
}

void TstSchemaApplier::widensNothingBeyondTheLimit()
{
    Applying it;
    it.scene.settings.limits.rewriteTableBytesMax = 0;
    QVERIFY(it.see("n", {Kind::Int53}));
    QVERIFY(it.see("n", {Kind::Double}));
    QCOMPARE(it.columns(), "n bigint, n__double double precision");
}

void TstSchemaApplier::widensNoLargeTable()
{
    Applying it;
    it.scene.settings.limits.rewriteTableBytesMax = 100'000;
    QVERIFY(it.see("n", {Kind::Int53}));
    QVERIFY(it.see("m", {Kind::Int53}));
    QVERIFY(it.see("n", {Kind::Double}));
    it.scene.sql.run("INSERT INTO orders (n) SELECT generate_series(1, 3000)");
    QVERIFY(it.see("m", {Kind::Double}));
    QCOMPARE(it.columns(), "n double precision, m bigint, m__double double precision");
}

void TstSchemaApplier::neverAdoptsAForeignName_data()
{
    QTest::addColumn<QString>("ddl");
    QTest::newRow("table") << "CREATE TABLE orders ()";
    QTest::newRow("view") << "CREATE VIEW orders AS SELECT 1 AS one";
    QTest::newRow("type") << "CREATE TYPE orders AS ENUM ()";
    QTest::newRow("index") << "CREATE TABLE t (a int); CREATE INDEX orders ON t (a)";
    QTest::newRow("another topic") << "INSERT INTO millrace.topic (topic, table_name) VALUES "
                                      "('other', 'orders')";
}

void TstSchemaApplier::neverAdoptsAForeignName()
{
    QFETCH(QString, ddl);
    Applying it;
    it.scene.sql.run(ddl.toStdString());
    const auto applied = it.see("a", {Kind::Bool});
    QVERIFY2(applied, errorOf(applied).c_str());
    QVERIFY(QRegularExpression("^orders_[0-9a-f]{8}$")
                .match(QString::fromStdString(applied->state.table.name))
                .hasMatch());
}

void TstSchemaApplier::givesAClashingColumnAnotherName()
{
    Applying it;
    QVERIFY(it.see("a", {Kind::Bool}));
    it.scene.sql.run("ALTER TABLE orders ADD amount integer, ADD a__text text");
    QVERIFY(it.apply({sighting({"amount"}, {Kind::Int53}), sighting({"a"}, {Kind::String})}));
    const QRegularExpression expected("^a boolean, amount integer, a__text text, "
                                      "a_[0-9a-f]{8}__text text, amount_[0-9a-f]{8} bigint$");
    QVERIFY2(expected.match(it.columns()).hasMatch(), qPrintable(it.columns()));
}

void TstSchemaApplier::givesUpOnALockedTableWithinItsTime()
{
    Applying it;
    QVERIFY(it.see("a", {Kind::Bool}));
    const auto reader = it.scene.client();
    reader->run("BEGIN; SELECT FROM orders");
    for (const auto& [attempt, atLeastMs, atMostMs] :
         {std::tuple(0, 150, 900), std::tuple(4, 1'400, 4'000), std::tuple(5, 150, 900)}) {
        const auto begun = std::chrono::steady_clock::now();
        const auto applied = it.apply({sighting({"b"}, {Kind::Bool})}, "orders", attempt);
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun);
        QVERIFY(!applied);
        QVERIFY(applied.error().code == Code::LockTimeout);
        QVERIFY2(spent.count() >= atLeastMs && spent.count() <= atMostMs,
                 std::to_string(spent.count()).c_str());
    }
    reader->run("COMMIT");
    QVERIFY(it.apply({sighting({"b"}, {Kind::Bool})}));
    QCOMPARE(it.columns(), "a boolean, b boolean");
}

void TstSchemaApplier::sendsTheRestToOverflowWhenTheTableIsFull()
{
    Applying it;
    it.scene.settings.limits.columnsPerTableMax = 5'000; // beyond what the server takes
    QVERIFY(it.see("a", {Kind::Bool}));
    it.scene.sql.run("DO 'BEGIN FOR i IN 1..1590 LOOP EXECUTE format(''ALTER TABLE orders ADD c%s "
                     "bool'', i); END LOOP; END'");
    const auto applied = it.apply({sighting({"x"}, {Kind::Bool}), sighting({"y"}, {Kind::Bool})});
    QVERIFY2(applied, errorOf(applied).c_str());
    QVERIFY(it.apply({sighting({"z"}, {Kind::Bool})}));
    QCOMPARE(it.scene.text("SELECT count(*) FROM millrace.schema_change WHERE change = "
                           "'overflow'"),
             "1");
}

void TstSchemaApplier::tellsAnOverflowOnceAcrossWorkers()
{
    Applying it;
    QVERIFY(it.apply({sighting({"m", "1234"}, {Kind::Bool})}));
    QVERIFY(it.apply({sighting({"m", "5678"}, {Kind::Bool})}));
    QVERIFY(it.apply({sighting({"n", "5678"}, {Kind::Bool})}));
    QCOMPARE(it.scene.text("SELECT string_agg(before, ' ' ORDER BY id) FROM "
                           "millrace.schema_change WHERE change = 'overflow'"),
             R"(["m","1234"] ["n","5678"])");
}

/// Eight workers, the same new topics and keys with different kinds: every one gets an answer,
/// nothing is told twice, and the server never had to refuse a statement.
void TstSchemaApplier::manyWorkersMeetWithoutAnError()
{
    Applying it;
    for (const char* topic : {"t.1", "t_1", "T-1"})
        it.scene.makeTopic(topic);
    QFile log(QString::fromStdString(LandingScene::cluster().logFile()));
    QVERIFY(log.open(QIODevice::ReadOnly));
    log.seek(log.size());
    std::atomic<int> failures = 0;
    {
        std::vector<std::jthread> workers;
        for (unsigned worker = 0; worker < 8; ++worker) {
            workers.emplace_back([&it, &failures, worker] {
                auto connection = it.scene.connect(std::to_string(worker));
                landing::SchemaApplier applier(connection,
                                               {"data", true, it.scene.settings.limits});
                std::mt19937 random(worker);
                for (int i = 0; i < 30; ++i) {
                    const std::string topic = std::array{"t.1", "t_1", "T-1"}[random() % 3];
                    const auto seen =
                        sighting({"k" + std::to_string(i / 3 + random() % 3)},
                                 {static_cast<Kind>(random() % schema::kindCount)}, i);
                    Result<landing::Applied> applied = applier.apply(topic, std::span(&seen, 1), 0);
                    while (!applied && applied.error().code == Code::LockTimeout)
                        applied = applier.apply(topic, std::span(&seen, 1), 0);
                    failures += applied ? 0 : 1;
                }
            });
        }
    }
    QCOMPARE(failures.load(), 0);
    QCOMPARE(it.scene.text("SELECT count(DISTINCT table_oid) FROM millrace.topic WHERE topic <> "
                           "'orders'"),
             "3");
    QCOMPARE(it.scene.text("SELECT count(*) FROM (SELECT topic, path, type FROM "
                           "millrace.column_map GROUP BY 1, 2, 3 HAVING count(*) > 1) AS d"),
             "0");
    QCOMPARE(it.scene.text("SELECT count(*) FROM millrace.column_map AS m JOIN millrace.topic AS t "
                           "USING (topic) LEFT JOIN pg_attribute AS a ON a.attrelid = t.table_oid "
                           "AND a.attname = m.column_name AND a.atttypid = m.type::regtype "
                           "WHERE a.attname IS NULL"),
             "0");
    QStringList errors;
    for (const QString& line : QString::fromUtf8(log.readAll()).split('\n')) {
        if (line.contains("ERROR") && !line.contains("lock timeout"))
            errors += line;
    }
    QVERIFY2(errors.isEmpty(), qPrintable(errors.join('\n')));
}

MR_TEST(TstSchemaApplier)
#include "tst_schema_applier.moc"
