// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/event.h"
#include "tests/core/control/control_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::control;
using namespace std::string_literals;
using harness::SqlClient;

class TstEvent : public QObject
{
    Q_OBJECT

private slots:
    void eventsAreStoredWhole();
    void oldRowsAreForgotten();
};

void TstEvent::eventsAreStoredWhole()
{
    const std::string database = tests::controlDatabase();
    auto session = tests::openSession(database);
    QVERIFY(insertEvent(session, "w'1",
                        {LogLevel::Alarm, "gap", "orders", Generation(2), PartitionId(0),
                         "it's \\ \xff\x1b\0 lost"s}));
    QVERIFY(insertEvent(
        session, "w",
        {.code = "started", .topic = {}, .generation = {}, .partition = {}, .text = "hello"}));
    SqlClient client(database);
    QCOMPARE(client.value("SELECT concat_ws('|', level, code, topic, generation, partition, "
                          "instance, text, acknowledged) FROM millrace.event WHERE id = 1"),
             "alarm|gap|orders|2|0|w'1|it's \\\\ \\xff\\u{1b}\\u{0} lost|f"s);
    QCOMPARE(client.value("SELECT concat_ws('|', level, code, topic, generation, partition, "
                          "instance, text, acknowledged) FROM millrace.event WHERE id = 2"),
             "info|started|w|hello|f"s);
}

void TstEvent::oldRowsAreForgotten()
{
    const std::string database = tests::controlDatabase();
    SqlClient client(database);
    client.run("INSERT INTO millrace.event (level, code, text, at) VALUES "
               "('info', 'old', '', now() - interval '31 days'), "
               "('info', 'young', '', now() - interval '29 days');"
               "INSERT INTO millrace.job (kind, state, requested_at, beat_at) VALUES "
               "('replay', 'done', now() - interval '9 days', now() - interval '8 days'), "
               "('replay', 'failed', now() - interval '9 days', now() - interval '6 days'), "
               "('replay', 'queued', now() - interval '9 days', NULL)");
    auto session = tests::openSession(database);
    QVERIFY(forgetOldRows(session));
    QCOMPARE(client.value("SELECT string_agg(code, ' ') FROM millrace.event"), "young"s);
    QCOMPARE(client.value("SELECT string_agg(state, ' ' ORDER BY id) FROM millrace.job"),
             "failed queued"s);
}

MR_TEST(TstEvent)
#include "tst_event.moc"
