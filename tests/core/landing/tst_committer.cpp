// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/landing/landing_scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::tests;

class TstCommitter : public QObject
{
    Q_OBJECT

private slots:
    void landsRecordsOfEveryTypeAndBooksThem();
    void widensAndAddsVariantsWhileItRuns();
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

MR_TEST(TstCommitter)
#include "tst_committer.moc"
