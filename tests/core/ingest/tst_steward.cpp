// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/steward.h"
#include "tests/support/test_registry.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::ingest;

class TstSteward : public QObject
{
    Q_OBJECT

private slots:
    void figuresShowWhatIsFastAndWhatIsBehind();
    void figuresNeverOutgrowAHeartbeat();
};

namespace {

PartitionFigures behind(const std::string& topic, int partition, std::int64_t lag)
{
    PartitionFigures figures;
    figures.where = {topic, PartitionId(partition)};
    figures.phase = "reading";
    figures.lagRecords = lag;
    return figures;
}

QJsonObject parsed(const std::string& json)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

} // namespace

void TstSteward::figuresShowWhatIsFastAndWhatIsBehind()
{
    auto lane = std::make_shared<LaneStatus>();
    lane->counters.rows = 12;
    lane->partitions = {behind("a", 0, 5), behind("b\"", 1, 9)};
    const QJsonObject figures = parsed(figuresJson({lane}, 3.5, {{"a", 2.5}, {"b\"", 0}}));
    QCOMPARE(figures["rows"].toInt(), 12);
    QCOMPARE(figures["lag"].toInt(), 14);
    QCOMPARE(figures["topics"].toObject().toVariantMap(), (QVariantMap{{"a", 2.5}}));
    const QJsonValue first = figures["partitions"][0];
    QCOMPARE(first["topic"].toString(), "b\"");
    QCOMPARE(first["lag"].toInt(), 9);
}

void TstSteward::figuresNeverOutgrowAHeartbeat()
{
    auto lane = std::make_shared<LaneStatus>();
    std::map<std::string, double> rates;
    for (int i = 0; i < 300; ++i) {
        const std::string topic = std::to_string(i) + std::string(240, 't');
        lane->partitions.push_back(behind(topic, i, i));
        lane->partitions.back().reason = std::string(500, 'r');
        rates[topic] = i;
    }
    const std::string json = figuresJson({lane}, 1, rates);
    QVERIFY2(json.size() <= (16u << 10), std::to_string(json.size()).c_str());
    const QJsonObject figures = parsed(json);
    QVERIFY(!figures["topics"].toObject().isEmpty());
    QCOMPARE(figures["partitions"][0]["lag"].toInt(), 299);
    QVERIFY(figures["topics"].toObject().contains(
        QString::fromStdString("299" + std::string(240, 't'))));
}

MR_TEST(TstSteward)
#include "tst_steward.moc"
