// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/health.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace::http;
using Json = nlohmann::json;

namespace {

Snapshot oneTopic()
{
    Snapshot snapshot;
    snapshot.reachable = true;
    TopicFigures topic;
    topic.topic = "orders";
    topic.table = "orders";
    topic.state = "running";
    topic.rows = 90;
    topic.dead = 5;
    topic.skipped = 1;
    topic.gap = 2;
    topic.holes = 2;
    topic.served = 100;
    topic.lagRecords = 7;
    snapshot.topics.push_back(topic);
    snapshot.workers.push_back({"host-1", "0.1.0", 0.5});
    return snapshot;
}

Live ready()
{
    Live live;
    live.ready = true;
    live.access = "everybody";
    return live;
}

} // namespace

class TstHealth : public QObject
{
    Q_OBJECT

private slots:
    void aReadyProcessTellsEveryTopic();
    void reasonsMakeItUnready_data();
    void reasonsMakeItUnready();
    void hostileNamesStayJson();
    void strangersGetTwoWords();
};

void TstHealth::aReadyProcessTellsEveryTopic()
{
    const Response response = health("host-1", ready(), oneTopic());
    QCOMPARE(response.status, 200U);
    const Json page = Json::parse(response.body);
    QCOMPARE(page.at("ready").get<bool>(), true);
    QCOMPARE(page.at("balance").get<bool>(), true);
    QCOMPARE(page.at("access").get<std::string>(), std::string("everybody"));
    QCOMPARE(page.at("instance").get<std::string>(), std::string("host-1"));
    const Json& topic = page.at("topics").at(0);
    const auto number = [&topic](const char* name) { return topic.at(name).get<int>(); };
    QCOMPARE(number("served"),
             number("rows") + number("dead") + number("skipped") + number("gap") + number("holes"));
    QCOMPARE(number("lag"), 7);
    QVERIFY(topic.at("lag_seconds").is_null());
    QCOMPARE(page.at("workers").size(), std::size_t{1});
}

void TstHealth::reasonsMakeItUnready_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("reason");
    QTest::newRow("starting") << "starting"
                              << "the engine is starting";
    QTest::newRow("a lane waits") << "lane"
                                  << "lane 0 is waiting";
    QTest::newRow("database away") << "database"
                                   << "the database does not answer: connection_lost";
    QTest::newRow("out of balance") << "balance"
                                    << "topic orders is out of balance";
}

void TstHealth::reasonsMakeItUnready()
{
    QFETCH(QString, what);
    QFETCH(QString, reason);
    Live live = ready();
    Snapshot snapshot = oneTopic();
    live.ready = what != "starting" && what != "lane";
    if (what == "lane")
        live.reasons = {"lane 0 is waiting"};
    if (what == "database") {
        snapshot = Snapshot{};
        snapshot.trouble = "connection_lost";
    }
    if (what == "balance")
        snapshot.topics[0].balanced = false;
    const Response response = health("host-1", live, snapshot);
    QCOMPARE(response.status, 503U);
    const Json page = Json::parse(response.body);
    QCOMPARE(page.at("ready").get<bool>(), false);
    QCOMPARE(page.at("live").get<bool>(), true);
    QCOMPARE(page.at("reasons"), Json::array({reason.toStdString()}));
    QCOMPARE(page.at("balance").is_null(), what == "database");
}

void TstHealth::hostileNamesStayJson()
{
    Snapshot snapshot = oneTopic();
    snapshot.topics[0].topic = "a\"\\\n\xff\x1b[31m";
    snapshot.topics[0].reason = "\xc0\xaf";
    const Json page = Json::parse(health("host-1", ready(), snapshot).body);
    QCOMPARE(page.at("topics").at(0).at("topic").get<std::string>(),
             std::string("a\"\\\\\\u{a}\\xff\\u{1b}[31m"));
}

void TstHealth::strangersGetTwoWords()
{
    const Response good = healthInShort(ready(), oneTopic());
    QCOMPARE(good.status, 200U);
    QCOMPARE(good.body, std::string("{\"ready\":true,\"live\":true}\n"));
    Snapshot away;
    away.trouble = "canary";
    const Response bad = healthInShort(ready(), away);
    QCOMPARE(bad.status, 503U);
    QCOMPARE(bad.body, std::string("{\"ready\":false,\"live\":true}\n"));
}

MR_TEST(TstHealth)
#include "tst_health.moc"
