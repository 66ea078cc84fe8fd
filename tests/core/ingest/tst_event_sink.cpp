// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/event_sink.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;

class TstEventSink : public QObject
{
    Q_OBJECT

private slots:
    void countsAlarmsByCode();
};

void TstEventSink::countsAlarmsByCode()
{
    EventSink sink("one");
    const auto tell = [&](LogLevel level, const std::string& code) {
        sink.tell(nullptr, {.level = level,
                            .code = code,
                            .topic = "orders",
                            .generation = {},
                            .partition = PartitionId(3),
                            .text = "said by a test"});
    };
    tell(LogLevel::Alarm, "gap");
    tell(LogLevel::Alarm, "gap");
    tell(LogLevel::Alarm, "diverged");
    tell(LogLevel::Warning, "database_away");
    tell(LogLevel::Info, "topic_discovered");
    const std::map<std::string, std::int64_t> wanted{{"gap", 2}, {"diverged", 1}};
    QVERIFY(sink.alarms() == wanted);
    QCOMPARE(sink.instance(), std::string("one"));
}

MR_TEST(TstEventSink)

#include "tst_event_sink.moc"
