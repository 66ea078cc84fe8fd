// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/metrics.h"
#include "tests/support/test_registry.h"

#include <QRegularExpression>
#include <QSet>
#include <QtTest/QtTest>

using namespace millrace::http;

namespace {

QString page()
{
    Snapshot snapshot;
    snapshot.reachable = true;
    snapshot.openAlarms = 2;
    TopicFigures topic;
    topic.topic = "a\"b\\c\nd";
    topic.rows = 9'007'199'254'740'993; // one more than a double holds
    topic.state = "running";
    topic.lagSeconds = 0.25;
    snapshot.topics = {topic, TopicFigures{}};
    Live live;
    live.ready = true;
    live.alarms = {{"gap", 3}};
    live.lanes = {{0, "running", true, {{"rows_total", 5}, {"database_seconds_total", 1.5}}},
                  {1, "waiting", false, {{"rows_total", 6}}}};
    const Response response = metrics(live, snapshot);
    return QString::fromStdString(response.body);
}

} // namespace

class TstMetrics : public QObject
{
    Q_OBJECT

private slots:
    void everyLineIsPrometheus();
    void namesFollowTheConventions();
    void labelsAreEscapedAndNumbersExact();
    void saysWhenTheDatabaseIsAway();
};

void TstMetrics::everyLineIsPrometheus()
{
    const QRegularExpression line(R"(^(# HELP [a-z_]+ \S.*|# TYPE [a-z_]+ (counter|gauge)|)"
                                  R"([a-z_]+(\{[a-z]+="([^"\\\n]|\\["\\n])*"\})? -?[0-9.e+-]+)$)");
    const QStringList lines = page().split('\n', Qt::SkipEmptyParts);
    QVERIFY(lines.size() > 40);
    for (const QString& text : lines)
        QVERIFY2(line.match(text).hasMatch(), text.toUtf8());
}

void TstMetrics::namesFollowTheConventions()
{
    QSet<QString> families;
    const QStringList lines = page().split('\n', Qt::SkipEmptyParts);
    for (const QString& text : lines) {
        if (!text.startsWith("# TYPE"))
            continue;
        const QString name = text.section(' ', 2, 2);
        QVERIFY2(!families.contains(name), name.toUtf8());
        families.insert(name);
        QVERIFY2(name.startsWith("millrace_"), name.toUtf8());
        QCOMPARE(name.endsWith("_total"), text.endsWith(" counter"));
    }
    QVERIFY(families.contains("millrace_alarms_total"));
    QVERIFY(families.contains("millrace_lane_database_seconds_total"));
    QVERIFY(families.contains("millrace_topic_consumed_bytes_total"));
}

void TstMetrics::labelsAreEscapedAndNumbersExact()
{
    QVERIFY(page().contains("millrace_topic_rows_total{topic=\"a\\\"b\\\\\\\\c\\\\u{a}d\"} "
                            "9007199254740993\n"));
    QVERIFY(page().contains("millrace_alarms_total{code=\"gap\"} 3\n"));
    QVERIFY(page().contains("millrace_lane_rows_total{lane=\"1\"} 6\n"));
    QVERIFY(page().contains("millrace_open_alarms 2\n"));
}

void TstMetrics::saysWhenTheDatabaseIsAway()
{
    const QString text = QString::fromStdString(metrics(Live{}, Snapshot{}).body);
    QVERIFY(text.contains("millrace_database_up 0\n"));
    QVERIFY(text.contains("millrace_ready 0\n"));
}

MR_TEST(TstMetrics)
#include "tst_metrics.moc"
