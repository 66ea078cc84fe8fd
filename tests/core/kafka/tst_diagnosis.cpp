// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/diagnosis.h"
#include "tests/core/kafka/mock_cluster.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using kafka::LayerCheck;

namespace {

constexpr std::chrono::milliseconds patience{3'000};

/// "dns ok, tcp FAILED"
QString summary(const std::vector<LayerCheck>& checks)
{
    QStringList parts;
    for (const LayerCheck& check : checks)
        parts << QString::fromStdString(check.layer).remove("kafka ") +
                     (check.passed ? " ok" : " FAILED");
    return parts.join(", ");
}

} // namespace

class TstDiagnosis : public QObject
{
    Q_OBJECT

private slots:
    void stopsAtTheFirstLayerThatFails_data()
    {
        QTest::addColumn<QString>("brokers");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing named") << ""
                                       << "brokers FAILED";
        QTest::newRow("no such name") << "no-such-host.invalid:1"
                                      << "dns FAILED";
        QTest::newRow("nobody listens") << "127.0.0.1:1"
                                        << "dns ok, tcp FAILED";
    }
    void stopsAtTheFirstLayerThatFails()
    {
        QFETCH(QString, brokers);
        QFETCH(QString, expected);
        const kafka::ClientSettings settings{brokers.toStdString(), "t", {{"log_level", "2"}}};
        const auto checks = kafka::diagnose(settings, "", patience);
        QCOMPARE(summary(checks), expected);
        QVERIFY(!checks.back().mend.empty());
        QVERIFY(!checks.back().found.empty());
    }

    void passesOnAClusterThatCanBeRead()
    {
        tests::MockCluster mock;
        mock.createTopic("orders", 1);
        tests::fill(mock.brokers(), {"orders", PartitionId(0)}, 2);
        const auto checks = kafka::diagnose(mock.client(), "ord.*", patience);
        QCOMPARE(summary(checks),
                 QString("dns ok, tcp ok, protocol ok, topics ok, authorisation ok"));
        for (const LayerCheck& check : checks)
            QVERIFY(check.mend.empty());
    }

    void tellsAnEmptyListApart()
    {
        tests::MockCluster mock;
        mock.createTopic("orders", 1);
        QCOMPARE(summary(kafka::diagnose(mock.client(), "nothing.*", patience)),
                 QString("dns ok, tcp ok, protocol ok, topics FAILED"));
        const auto broken = kafka::diagnose(mock.client(), "(", patience);
        QVERIFY(!broken.back().passed);
        QVERIFY(broken.back().found.find("regular expression") != std::string::npos);
    }

    void tellsTlsAgainstAPlainListener()
    {
        tests::MockCluster mock;
        kafka::ClientSettings settings = mock.client();
        settings.properties.emplace_back("security.protocol", "plaintext");
        settings.properties.emplace_back("security.protocol", "SSL"); // the last one holds
        const auto checks = kafka::diagnose(settings, "", std::chrono::milliseconds(1'500));
        QCOMPARE(summary(checks), QString("dns ok, tcp ok, tls FAILED"));
    }
};

MR_TEST(TstDiagnosis)
#include "tst_diagnosis.moc"
