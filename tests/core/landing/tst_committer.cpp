// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/landing/landing_scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <random>

using namespace millrace;
using namespace millrace::tests;

class TstCommitter : public QObject
{
    Q_OBJECT

private slots:
    void landsRecordsOfEveryTypeAndBooksThem();
    void widensAndAddsVariantsWhileItRuns();
    void booksEndsWithoutMessages();
    void cutsBehindARunOfDeadLetters();
    void keepsMoreKeysThanATableHasColumns();
    void keepsMoreLongTextsThanARowHolds();
    void givesBackEverySourceValue_data();
    void givesBackEverySourceValue();
};

void TstCommitter::landsRecordsOfEveryTypeAndBooksThem()
{
    LandingScene scene;
    scene.makeTopic("orders");
    auto connection = scene.connect();
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    feed.add(
            "orders",
            R"({"id":7,"big":9007199254740993,"price":12.50,"huge":123456789012345678901234567890,)"
            R"("when":"2024-02-29T12:34:56.789+02:00","name":"Zoë","ok":true,"tags":["a",{"b":1}],)"
            R"("address":{"city":"Ulm","empty":{},"none":null}})")
        .key = "k";
    feed.add("orders", "{broken");
    feed.addTombstone("orders");
    feed.skip("orders", 5);
    feed.add("orders", R"({"id":8})");
    const auto committed = feed.land(committer);
    QVERIFY2(committed, errorOf(committed).c_str());
    QCOMPARE(committed->aside.size(), 0U);
    QCOMPARE(committed->rows, 2);
    QCOMPARE(committed->dead, 1);
    QCOMPARE(committed->skipped, 1);
    QCOMPARE(scene.text("SELECT string_agg(format('%s:%s', attname, atttypid::regtype), ' ' "
                        "ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
                        "'orders'::regclass AND attnum > 8"),
             "address_city:text big:bigint huge:numeric id:bigint name:text ok:boolean "
             "price:double precision tags:jsonb when:timestamp with time zone");
    QCOMPARE(scene.text("SELECT format('%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s', _partition, "
                        "_generation, _offset, _time, id, big, price, huge, \"when\", name, "
                        "tags, address_city) FROM orders WHERE _offset = 0"),
             "0|1|0|2023-11-14 22:13:20+00|7|9007199254740993|12.5|123456789012345678901234567890|"
             "2024-02-29 10:34:56.789+00|Zoë|[\"a\", {\"b\": 1}]|Ulm");
    QCOMPARE(scene.text("SELECT format('%s|%s|%s|%s|%s|%s', next_offset, rows, dead, skipped, "
                        "holes, last_offset) FROM millrace.position"),
             "9|2|1|1|5|8");
    QCOMPARE(scene.text("SELECT format('%s|%s|%s', class, record_offset, convert_from(value, "
                        "'UTF8')) FROM millrace.dead_letter"),
             "not_json|1|{broken");
}

void TstCommitter::widensAndAddsVariantsWhileItRuns()
{
    LandingScene scene;
    scene.makeTopic("orders");
    auto connection = scene.connect();
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    for (const char* value :
         {R"({"amount":1})", R"({"amount":2.5})", R"({"amount":0.1234567890123456789})",
          R"({"amount":"n/a"})", R"({"amount":true,"new":[1]})"}) {
        feed.add("orders", value);
        const auto committed = feed.land(committer);
        QVERIFY2(committed, errorOf(committed).c_str());
        QCOMPARE(committed->rows, 1);
    }
    QCOMPARE(scene.text("SELECT string_agg(format('%s|%s|%s', amount, amount__text, "
                        "amount__bool), ' ' ORDER BY _offset) FROM orders"),
             "1|| 2.5|| 0.1234567890123456789|| |n/a| ||t");
    QCOMPARE(scene.text("SELECT string_agg(change || ' ' || coalesce(column_name, table_name), "
                        "', ' ORDER BY id) FROM millrace.schema_change"),
             "create_table orders, add_column amount, widen_column amount, widen_column amount, "
             "variant_column amount__text, variant_column amount__bool, add_column new");
}

void TstCommitter::booksEndsWithoutMessages()
{
    LandingScene scene;
    scene.makeTopic("orders", 2);
    auto connection = scene.connect();
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    feed.skip("orders", 7, 1);
    const auto committed = feed.land(committer);
    QVERIFY2(committed, errorOf(committed).c_str());
    QCOMPARE(committed->positions.size(), 1U);
    QCOMPARE(committed->outcomes.size(), 0U);
    QCOMPARE(scene.text("SELECT string_agg(format('%s %s %s', next_offset, holes, last_offset), "
                        "'; ' ORDER BY partition) FROM millrace.position"),
             "0 0 ; 7 7 ");
    QCOMPARE(scene.text("SELECT to_regclass('orders')::text"), "");
}

void TstCommitter::cutsBehindARunOfDeadLetters()
{
    LandingScene scene;
    scene.settings.limits.deadRunMax = 10;
    scene.makeTopic("orders", 2);
    auto connection = scene.connect();
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    for (int i = 0; i < 30; ++i)
        feed.add("orders", i == 3 ? "{}" : "broken");
    feed.add("orders", "{}", 1);
    const auto committed = feed.land(committer);
    QVERIFY2(committed, errorOf(committed).c_str());
    QVERIFY2(committed->aside.empty(),
             committed->aside.empty() ? "" : describe(committed->aside.front().error).c_str());
    QCOMPARE(committed->outcomes.size(), 2U);
    QVERIFY(committed->outcomes[0].cut && !committed->outcomes[1].cut);
    QCOMPARE(committed->outcomes[0].deadRun, 10);
    QCOMPARE(scene.text("SELECT string_agg(format('%s %s %s', next_offset, rows, dead), '; ' "
                        "ORDER BY partition) FROM millrace.position"),
             "14 1 13; 1 1 0");
}

void TstCommitter::keepsMoreKeysThanATableHasColumns()
{
    LandingScene scene;
    scene.makeTopic("orders");
    auto connection = scene.connect();
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    std::string value = "{";
    for (int i = 0; i < 1'601; ++i)
        value += (i == 0 ? "\"key" : ",\"key") + std::to_string(i) + "\":" + std::to_string(i);
    feed.add("orders", value + "}");
    const auto committed = feed.land(committer);
    QVERIFY2(committed, errorOf(committed).c_str());
    QCOMPARE(committed->rows, 1);
    QCOMPARE(scene.text("SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND "
                        "attnum > 0"),
             "800");
    QCOMPARE(scene.text("SELECT count(*) FROM (SELECT key, value FROM orders, "
                        "jsonb_each_text(to_jsonb(orders)) WHERE key LIKE 'key%' UNION ALL SELECT "
                        "key, value FROM orders, jsonb_each_text(_more)) AS k WHERE value = "
                        "substr(key, 4)"),
             "1601");
}

void TstCommitter::keepsMoreLongTextsThanARowHolds()
{
    LandingScene scene;
    scene.makeTopic("orders");
    auto connection = scene.connect();
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    for (const int length : {20, 30, 200, 3'000}) {
        std::string value = "{";
        for (int i = 0; i < 790; ++i)
            value += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"" +
                     std::string(static_cast<std::size_t>(length), 'x') + "\"";
        feed.add("orders", value + "}");
    }
    const auto committed = feed.land(committer);
    QVERIFY2(committed, errorOf(committed).c_str());
    QCOMPARE(committed->rows, 4);
    QVERIFY(committed->spilledValues > 4 * 300);
    QCOMPARE(scene.text("SELECT string_agg(n::text, ' ') FROM (SELECT count(*) AS n FROM (SELECT "
                        "_offset, key FROM orders, jsonb_each(to_jsonb(orders)) WHERE key LIKE "
                        "'k%' AND value <> 'null' UNION ALL SELECT _offset, key FROM orders, "
                        "jsonb_each(_more)) AS k GROUP BY _offset) AS g"),
             "790 790 790 790");
}

namespace {

/// Random records over few paths, so that kinds clash, nest and vary.
class RandomRecords
{
public:
    explicit RandomRecords(unsigned seed)
        : m_random(seed)
    {
    }
    std::string next() { return object(0); }

private:
    std::string object(int depth)
    {
        std::string text = "{";
        for (const char* key : {"a", "B", "c.d", "12", "e"}) {
            if (below(2) == 0)
                continue;
            text += std::string(text.size() > 1 ? "," : "") + "\"" + key + "\":";
            text += depth < 2 && below(4) == 0 ? object(depth + 1) : value();
        }
        return text + "}";
    }
    std::string value()
    {
        static const std::vector<std::string> values{"1",
                                                     "-7",
                                                     "9007199254740993",
                                                     "-9223372036854775808",
                                                     "2.5",
                                                     "0.1",
                                                     "1e10",
                                                     "0.12345678901234567890",
                                                     "123456789012345678901234567890",
                                                     "true",
                                                     "false",
                                                     "\"text\"",
                                                     "\"2024-02-29T12:00:00Z\"",
                                                     "\"1999-12-31T23:59:59.123456+01:30\"",
                                                     "\"\\u00e9\\n\\\"\"",
                                                     "\"\"",
                                                     "[1,{\"x\":null}]",
                                                     "[]",
                                                     "null",
                                                     "{}"};
        return values[below(values.size())];
    }
    std::size_t below(std::size_t bound) { return m_random() % bound; }

    std::mt19937 m_random;
};

/// One jsonb object a row that gathers the columns of column_map and _more into the record again.
constexpr const char* gatherSql = R"sql(
CREATE FUNCTION put(target jsonb, path text[], item jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF item IS NULL OR item = 'null' THEN RETURN target; END IF;
    FOR i IN 1 .. cardinality(path) - 1 LOOP
        IF target #> path[1:i] IS NULL THEN target := jsonb_set(target, path[1:i], '{}'); END IF;
    END LOOP;
    RETURN jsonb_set(target, path, item);
END $$;
CREATE FUNCTION merge(a jsonb, b jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE k text;
BEGIN
    IF a IS NULL THEN RETURN b; END IF;
    FOR k IN SELECT jsonb_object_keys(b) LOOP
        a := jsonb_set(a, ARRAY[k], CASE WHEN jsonb_typeof(a -> k) = 'object'
            THEN merge(a -> k, b -> k) ELSE b -> k END);
    END LOOP;
    RETURN a;
END $$;
CREATE FUNCTION gathered(wanted bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE result jsonb := '{}'; m record; item jsonb;
BEGIN
    FOR m IN SELECT column_name AS name, type, ARRAY(SELECT jsonb_array_elements_text(path)) AS path
             FROM millrace.column_map LOOP
        EXECUTE format('SELECT to_jsonb(%s) FROM orders WHERE _offset = $1', CASE WHEN m.type =
            'timestamptz' THEN format('extract(epoch FROM %I)', m.name) ELSE
            quote_ident(m.name) END) INTO item USING wanted;
        result := put(result, m.path, item);
    END LOOP;
    SELECT merge(result, coalesce(_more, '{}')) INTO result FROM orders WHERE _offset = wanted;
    RETURN result;
END $$;
CREATE FUNCTION normal(value jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE result jsonb := '{}'; k text; v jsonb;
BEGIN
    IF jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^\d{4}-\d\d-\d\dT' THEN
        RETURN to_jsonb(extract(epoch FROM (value #>> '{}')::timestamptz));
    END IF;
    IF jsonb_typeof(value) <> 'object' THEN RETURN value; END IF;
    FOR k, v IN SELECT * FROM jsonb_each(value) LOOP
        v := normal(v);
        IF v <> 'null' AND v <> '{}' THEN result := result || jsonb_build_object(k, v); END IF;
    END LOOP;
    RETURN result;
END $$;
CREATE TABLE source (o bigint, value jsonb);
)sql";

} // namespace

void TstCommitter::givesBackEverySourceValue_data()
{
    QTest::addColumn<int>("rewriteBytes");
    QTest::addColumn<QString>("contract");
    QTest::newRow("evolve") << (256 << 20) << "evolve";
    QTest::newRow("evolve, never in place") << 0 << "evolve";
    QTest::newRow("frozen half way") << (256 << 20) << "freeze";
}

void TstCommitter::givesBackEverySourceValue()
{
    QFETCH(int, rewriteBytes);
    QFETCH(QString, contract);
    LandingScene scene;
    scene.settings.limits.rewriteTableBytesMax = rewriteBytes;
    scene.makeTopic("orders");
    scene.sql.run(gatherSql);
    auto connection = scene.connect();
    landing::Committer committer(connection, scene.settings);
    Feed feed(scene);
    RandomRecords records(static_cast<unsigned>(rewriteBytes) + 7);
    for (int batch = 0; batch < 12; ++batch) {
        for (int i = 0; i < 1 + batch * 3; ++i) {
            const std::string value = records.next();
            const record::Message& message = feed.add("orders", value);
            [[maybe_unused]] const auto stored =
                scene.sql.rows("INSERT INTO source VALUES ($1::bigint, $2::jsonb)",
                               {std::to_string(message.offset.value), value});
        }
        const auto committed = feed.land(committer);
        QVERIFY2(committed, errorOf(committed).c_str());
        QCOMPARE(committed->dead, 0);
        if (batch == 3) {
            scene.sql.run("UPDATE millrace.topic SET contract = '" + contract.toStdString() + "'");
            committer.forget("orders");
        }
    }
    QCOMPARE(scene.text("SELECT string_agg(format('%s: %s became %s', o, value, gathered(o)), "
                        "chr(10)) FROM source WHERE normal(value) IS DISTINCT FROM "
                        "normal(gathered(o))"),
             "");
    QCOMPARE(scene.text("SELECT count(*) FROM orders"), scene.text("SELECT count(*) FROM source"));
}

MR_TEST(TstCommitter)
#include "tst_committer.moc"
