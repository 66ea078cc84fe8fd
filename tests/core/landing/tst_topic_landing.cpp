// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/topic_landing.h"
#include "tests/core/landing/landing_scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::tests;

class TstTopicLanding : public QObject
{
    Q_OBJECT

private slots:
    void letsLettersAloneNeedNoTable();
    void decidesFatesOnceThePlanStands();
    void triesALockedTableAsOftenAsTold();
    void readsTheContractAgainAfterForgetting();
};

namespace {

struct Preparing
{
    Preparing()
        : connection(scene.connect())
        , applier(connection, {"public", true, scene.settings.limits})
        , topic("orders", scene.settings.limits)
    {
        scene.makeTopic("orders");
    }
    Result<void> prepare(const std::vector<std::string>& values, int ddlTries = 1)
    {
        texts = values;
        messages.clear();
        for (const std::string& value : texts) {
            record::Message& message = messages.emplace_back();
            message.offset = Offset(std::ssize(messages));
            message.hasValue = value != "tombstone";
            message.value = message.hasValue ? std::string_view(value) : std::string_view();
        }
        topic.decode(messages, decoded);
        return topic.prepare(connection, applier, ddlTries);
    }
    QString fates()
    {
        QString shown;
        for (const landing::Fate fate : topic.fates())
            shown += fate == landing::Fate::Row ? 'r' : fate == landing::Fate::Dead ? 'd' : 's';
        return shown;
    }
    LandingScene scene;
    postgres::Connection connection;
    landing::SchemaApplier applier;
    landing::TopicLanding topic;
    std::vector<std::string> texts;
    std::vector<record::Message> messages;
    record::Decoded decoded;
};

} // namespace

void TstTopicLanding::letsLettersAloneNeedNoTable()
{
    Preparing it;
    QVERIFY(it.prepare({"{broken", "tombstone"}));
    QCOMPARE(it.fates(), "ds");
    QVERIFY(!it.topic.hasRows());
    QCOMPARE(it.scene.text("SELECT to_regclass('orders')::text"), "");
}

void TstTopicLanding::decidesFatesOnceThePlanStands()
{
    Preparing it;
    QVERIFY(it.prepare({R"({"a":1})", "", "tombstone", R"({"a":"x"})", "{}"}));
    QCOMPARE(it.fates(), "rdsrr");
    QCOMPARE(it.topic.copyJob(Generation(1)).rows.size(), 3U);
    QCOMPARE(it.topic.takeSchemaChanges(), 3);
    QCOMPARE(it.topic.takeSchemaChanges(), 0);
    QVERIFY(it.prepare({R"({"a":1})"}));
    QCOMPARE(it.topic.takeSchemaChanges(), 0);
}

void TstTopicLanding::triesALockedTableAsOftenAsTold()
{
    Preparing it;
    QVERIFY(it.prepare({R"({"a":1})"}));
    const auto reader = it.scene.client();
    reader->run("BEGIN; SELECT FROM orders");
    const auto begun = std::chrono::steady_clock::now();
    const auto done = it.prepare({R"({"b":1})"}, 2);
    QVERIFY(!done && done.error().code == Code::LockTimeout);
    QVERIFY(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(400));
    QVERIFY(!it.topic.isPrepared());
    reader->run("COMMIT");
    QVERIFY(it.prepare({R"({"b":1})"}));
}

void TstTopicLanding::readsTheContractAgainAfterForgetting()
{
    Preparing it;
    QVERIFY(it.prepare({R"({"a":1})"}));
    it.scene.sql.run("UPDATE millrace.topic SET contract = 'strict'");
    it.topic.forgetTable();
    QVERIFY(it.prepare({R"({"a":1,"d":1})"}));
    QCOMPARE(it.fates(), "d");
    QCOMPARE(QString::fromStdString(it.topic.plan().letters.front().deadClass), "contract");
}

MR_TEST(TstTopicLanding)
#include "tst_topic_landing.moc"
