// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "tests/support/test_registry.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest/QtTest>

using namespace millrace;
using namespace std::string_literals;

namespace {

std::string line(LogFormat format, std::string_view text, std::initializer_list<LogField> fields)
{
    return formatLogLine(format, "2024-05-01T10:00:00.000Z", LogLevel::Warning, "topic_paused",
                         text, fields);
}

} // namespace

class TstLog : public QObject
{
    Q_OBJECT

private slots:
    void writesTextForPeople();
    void writesJsonForMachines();
    void namesEveryLevel();
    void keepsHostileTextOnOneLine_data();
    void keepsHostileTextOnOneLine();
    void cutsLongValues();
};

void TstLog::writesTextForPeople()
{
    QCOMPARE(line(LogFormat::Text, "The topic waits.",
                  {{"topic", "orders"}, {"lag", std::int64_t{42}}, {"why", "disk full"}}),
             "2024-05-01T10:00:00.000Z warning topic_paused: The topic waits. topic=orders lag=42 "
             "why=\"disk full\""s);
    QCOMPARE(line(LogFormat::Text, "x", {{"a", ""}, {"b", "p=q"}}),
             "2024-05-01T10:00:00.000Z warning topic_paused: x a=\"\" b=\"p=q\""s);
}

void TstLog::writesJsonForMachines()
{
    const std::string text = line(LogFormat::Json, "a \"b\"", {{"topic", "or\\ders"}});
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    QCOMPARE(json["time"].toString(), "2024-05-01T10:00:00.000Z");
    QCOMPARE(json["level"].toString(), "warning");
    QCOMPARE(json["code"].toString(), "topic_paused");
    QCOMPARE(json["text"].toString(), "a \"b\"");
    QCOMPARE(json["topic"].toString(), "or\\\\ders");
    QCOMPARE(json.size(), 5);
}

void TstLog::namesEveryLevel()
{
    const std::pair<LogLevel, const char*> levels[] = {{LogLevel::Debug, "debug"},
                                                       {LogLevel::Info, "info"},
                                                       {LogLevel::Warning, "warning"},
                                                       {LogLevel::Alarm, "alarm"}};
    for (const auto& [level, name] : levels)
        QCOMPARE(formatLogLine(LogFormat::Text, "t", level, "c", "x", {}), "t "s + name + " c: x");
}

void TstLog::keepsHostileTextOnOneLine_data()
{
    QTest::addColumn<std::string>("hostile");
    QTest::newRow("line end") << "x\r\nalarm forged: line"s;
    QTest::newRow("escape") << "\x1b[2J"s;
    QTest::newRow("zero") << "a\0b"s;
    QTest::newRow("not UTF-8") << "\xff\xc0\xaf"s;
    QTest::newRow("direction override") << "\u202egnp"s;
    QTest::newRow("line separator") << "a\u2028b"s;
}

void TstLog::keepsHostileTextOnOneLine()
{
    QFETCH(std::string, hostile);
    for (const LogFormat format : {LogFormat::Text, LogFormat::Json}) {
        const std::string text = line(format, hostile, {{"value", hostile}});
        const QString shown = QString::fromUtf8(text.c_str(), static_cast<qsizetype>(text.size()));
        for (const QChar c : shown)
            QVERIFY2(c.isPrint(), text.c_str());
        if (format == LogFormat::Json)
            QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(text)).isObject());
    }
}

void TstLog::cutsLongValues()
{
    const std::string text = line(LogFormat::Text, "x", {{"value", std::string(100'000, 'v')}});
    QVERIFY(text.size() > 2'048 && text.size() < 2'300);
}

MR_TEST(TstLog)
#include "tst_log.moc"
