// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/replay.h"
#include "tests/core/landing/landing_scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::tests;
using namespace std::string_view_literals;

class TstReplay : public QObject
{
    Q_OBJECT

private slots:
    void landsLettersOfAContractOnceItIsRelaxed();
    void leavesOpenWhatFailsAgain();
    void takesMoreThanOneStepForMany();
    void disturbsNoLane();
    void doesNothingTwice();
    void keepsKeyHeadersAndTime();
};

namespace {

struct Replaying
{
    Replaying()
        : connection(scene.connect())
        , committer(connection, scene.settings)
        , feed(scene)
        , other(scene.connect("jobs"))
        , replay(other, scene.settings)
    {
        scene.makeTopic("orders");
    }
    void land()
    {
        const auto committed = feed.land(committer);
        if (!committed)
            QFAIL(errorOf(committed).c_str());
    }
    /// "replayed stillDead" of all steps together, or the error.
    QString all()
    {
        landing::Replay::Step total;
        for (int steps = 0; steps < 20; ++steps) {
            const auto step = replay.step({"orders", {}, {}, {}}, total.after);
            if (!step)
                return QString::fromStdString(errorOf(step));
            total.replayed += step->replayed;
            total.stillDead += step->stillDead;
            total.after = step->after;
            if (step->finished)
                return QString("%1 %2").arg(total.replayed).arg(total.stillDead);
        }
        return "no end";
    }
    QString balance()
    {
        return scene.text("SELECT string_agg(format('%s=%s+%s+%s', next_offset - first_offset, "
                          "rows, dead, skipped + gap + holes), ' ') FROM millrace.position");
    }
    LandingScene scene;
    postgres::Connection connection;
    landing::Committer committer;
    Feed feed;
    postgres::Connection other;
    landing::Replay replay;
};

} // namespace

void TstReplay::landsLettersOfAContractOnceItIsRelaxed()
{
    Replaying it;
    it.feed.add("orders", R"({"a":1})");
    it.land();
    it.scene.sql.run("UPDATE millrace.topic SET contract = 'strict'");
    it.committer.forget("orders");
    it.feed.add("orders", R"({"a":2,"b":"new"})");
    it.feed.add("orders", R"({"a":3})");
    it.land();
    QCOMPARE(it.balance(), "3=2+1+0");
    QCOMPARE(it.all(), "0 1");
    it.scene.sql.run("UPDATE millrace.topic SET contract = 'evolve'");
    landing::Replay replay(it.other, it.scene.settings);
    const auto step = replay.step({"orders", {}, {}, {}}, {});
    QVERIFY2(step, errorOf(step).c_str());
    QCOMPARE(step->replayed, 1);
    QCOMPARE(it.balance(), "3=3+0+0");
    QCOMPARE(it.scene.text("SELECT string_agg(format('%s:%s:%s', _offset, a, b), ' ' "
                           "ORDER BY _offset) FROM orders"),
             "0:1: 1:2:new 2:3:");
    QCOMPARE(it.scene.text("SELECT state FROM millrace.dead_letter"), "replayed");
}

void TstReplay::leavesOpenWhatFailsAgain()
{
    Replaying it;
    it.feed.add("orders", "{broken");
    it.feed.add("orders", R"({"a":1})");
    it.land();
    it.scene.sql.run(
        "CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.a = 13 THEN RAISE "
        "EXCEPTION ''odd'' USING ERRCODE = ''22003''; END IF; RETURN NEW; END'; "
        "CREATE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION odd()");
    for (const char* value : {R"({"a":12})", R"({"a":13})", R"({"a":14})"})
        it.feed.add("orders", value);
    it.land();
    QCOMPARE(it.balance(), "5=3+2+0");
    it.scene.sql.run(
        "UPDATE millrace.dead_letter SET value = '{\"a\":13}' WHERE record_offset = 0");
    QCOMPARE(it.all(), "0 2");
    it.scene.sql.run(
        "UPDATE millrace.dead_letter SET value = '{\"a\":15}' WHERE record_offset = 0");
    QCOMPARE(it.all(), "1 1");
    QCOMPARE(it.balance(), "5=4+1+0");
}

void TstReplay::takesMoreThanOneStepForMany()
{
    Replaying it;
    it.scene.settings.limits.deadRunMax = 100'000;
    landing::Committer committer(it.connection, it.scene.settings);
    for (int i = 0; i < 2'500; ++i)
        it.feed.add("orders", "broken");
    QVERIFY(it.feed.land(committer));
    it.scene.sql.run("UPDATE millrace.dead_letter SET value = convert_to(format('{\"a\":%s}', "
                     "record_offset), 'UTF8') WHERE record_offset % 5 <> 0");
    QCOMPARE(it.all(), "2000 500");
    QCOMPARE(it.balance(), "2500=2000+500+0");
    QCOMPARE(it.scene.text("SELECT format('%s %s', count(*), count(DISTINCT _offset)) FROM orders "
                           "WHERE a = _offset"),
             "2000 2000");
}

void TstReplay::disturbsNoLane()
{
    Replaying it;
    it.feed.add("orders", "broken");
    it.land();
    it.scene.sql.run("UPDATE millrace.dead_letter SET value = '{\"a\":1}'");
    QCOMPARE(it.all(), "1 0");
    it.feed.add("orders", R"({"a":2})");
    it.land();
    QCOMPARE(it.balance(), "2=2+0+0");
}

void TstReplay::doesNothingTwice()
{
    Replaying it;
    it.feed.add("orders", "broken");
    it.land();
    it.scene.sql.run("UPDATE millrace.dead_letter SET value = '{\"a\":1}'");
    QCOMPARE(it.all(), "1 0");
    QCOMPARE(it.all(), "0 0");
    QCOMPARE(it.scene.text("SELECT count(*) FROM orders"), "1");
}

void TstReplay::keepsKeyHeadersAndTime()
{
    Replaying it;
    record::Message& message = it.feed.add("orders", "broken");
    message.hasKey = true;
    message.key = "k\xff"sv;
    message.headers = {{"h", "\x01\xff"sv}, {"h", std::nullopt}, {"t", "text"sv}};
    message.timestampMs = 1'700'000'000'123;
    it.land();
    it.scene.sql.run("UPDATE millrace.dead_letter SET value = '{\"a\":1}'");
    QCOMPARE(it.all(), "1 0");
    QCOMPARE(
        it.scene.text("SELECT format('%s %s %s %s', _key, _headers, _more, _time) FROM orders"),
        " [[\"h\", {\"b64\": \"Af8=\"}], [\"h\", null], [\"t\", \"text\"]] "
        "{\"$millrace\": {\"key\": \"a/8=\"}} 2023-11-14 22:13:20.123+00");
}

MR_TEST(TstReplay)
#include "tst_replay.moc"
