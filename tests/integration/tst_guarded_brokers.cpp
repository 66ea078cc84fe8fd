// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/loopback.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// Guarded brokers are usable by settings alone, and --check says which layer of a connection
/// fails.
class TstGuardedBrokers : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aGuardedBrokerIsIngested_data();
    void aGuardedBrokerIsIngested();
    void everythingRightPasses();
    void theFailingLayerIsNamed_data();
    void theFailingLayerIsNamed();

private:
    Stage m_stage{{.users = {{"alice", "canary-of-kafka"}}, .tls = true}};
};

namespace {

WorkerOptions withKafka(WorkerOptions options, const QStringList& properties)
{
    for (const QString& property : properties)
        options.arguments.insert(options.arguments.end(), {"--kafka", property.toStdString()});
    return options;
}

QStringList login(const char* mechanism, const char* password = "canary-of-kafka")
{
    return {"security.protocol=SASL_PLAINTEXT", QString("sasl.mechanism=") + mechanism,
            "sasl.username=alice", QString("sasl.password=") + password};
}

/// Runs --check to its end.
struct Checked
{
    int code = 0;
    std::string report;
};

Checked check(Scene& scene, WorkerOptions options)
{
    options.arguments.emplace_back("--check");
    WorkerProcess& checking = scene.addWorker(std::move(options));
    checking.start();
    const ChildExit ended = checking.awaitEnd(60s);
    return {ended.code, checking.logText()};
}

} // namespace

void TstGuardedBrokers::initTestCase()
{
    m_stage.start();
    SqlClient sql(m_stage.cluster.conninfo());
    sql.run("CREATE ROLE weak LOGIN");
}

void TstGuardedBrokers::aGuardedBrokerIsIngested_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QStringList>("properties");
    QTest::newRow("PLAIN") << false << login("PLAIN");
    if (scramWorks()) {
        QTest::newRow("SCRAM-SHA-256") << false << login("SCRAM-SHA-256");
        QTest::newRow("SCRAM-SHA-512") << false << login("SCRAM-SHA-512");
    }
    QTest::newRow("TLS") << true
                         << QStringList{"security.protocol=SSL",
                                        "ssl.ca.location=" +
                                            QString::fromStdString(m_stage.broker.authorityFile())};
}

void TstGuardedBrokers::aGuardedBrokerIsIngested()
{
    QFETCH(bool, tls);
    QFETCH(QStringList, properties);
    Scene scene(m_stage, tls ? "tls"
                             : "sasl" + std::to_string(
                                            std::hash<std::string>{}(properties[1].toStdString())));
    scene.createTopic();
    scene.producer().send({.topic = scene.topic(), .value = R"({"id":1})"});
    WorkerOptions options = withKafka(scene.workerOptions(), properties);
    options.brokers = tls ? m_stage.broker.tlsBrokers() : m_stage.broker.saslBrokers();
    WorkerProcess& worker = scene.addWorker(options);
    worker.startReady();
    QVERIFY2(scene.kept(), scene.why());
    const std::string shown =
        worker.logText() + readFile("/proc/" + std::to_string(worker.process().pid()) + "/cmdline");
    QVERIFY2(shown.find("canary-of-kafka") == std::string::npos, shown.c_str());
}

void TstGuardedBrokers::everythingRightPasses()
{
    Scene scene(m_stage, "right");
    scene.createTopic();
    scene.producer().send({.topic = scene.topic(), .value = R"({"id":1})"});
    WorkerOptions options = withKafka(scene.workerOptions(), login("PLAIN"));
    options.brokers = m_stage.broker.saslBrokers();
    const Checked done = check(scene, options);
    QVERIFY2(done.code == 0, done.report.c_str());
    QVERIFY2(done.report.find("✗") == std::string::npos, done.report.c_str());
    // it only looks
    QCOMPARE(scene.sql().value("SELECT to_regnamespace('millrace')"), std::string());
}

void TstGuardedBrokers::theFailingLayerIsNamed_data()
{
    QTest::addColumn<QString>("brokers");
    QTest::addColumn<QStringList>("properties");
    QTest::addColumn<QString>("database"); ///< added to a good one
    QTest::addColumn<QString>("layer");
    const QString plain = QString::fromStdString(m_stage.broker.brokers());
    const QString sasl = QString::fromStdString(m_stage.broker.saslBrokers());
    const QString tls = QString::fromStdString(m_stage.broker.tlsBrokers());
    const QString closed =
        QString::fromStdString(m_stage.broker.address() + ":" + std::to_string(freePort()));
    const QStringList none;
    const QStringList encrypted{"security.protocol=SSL"};
    QTest::newRow("name") << "no.such.host.invalid:9092" << none << ""
                          << "kafka dns";
    QTest::newRow("port") << closed << none << ""
                          << "kafka tcp";
    QTest::newRow("unknown authority") << tls << encrypted << ""
                                       << "kafka tls";
    QTest::newRow("no TLS there") << plain << encrypted << ""
                                  << "kafka tls";
    QTest::newRow("wrong password") << sasl << login("PLAIN", "canary-of-nothing") << ""
                                    << "kafka sasl";
    QTest::newRow("login wanted, none given") << sasl << none << ""
                                              << "kafka protocol";
    QTest::newRow("no topic") << plain << none << ""
                              << "kafka topics";
    QTest::newRow("database host") << plain << none << "host=no.such.host.invalid"
                                   << "database dns";
    QTest::newRow("database port")
        << plain << none << "host=" + closed.section(':', 0, 0) + " port=" + closed.section(':', 1)
        << "database tcp";
    QTest::newRow("database user") << plain << none << "user=nobody_here"
                                   << "database login";
    QTest::newRow("database name") << plain << none << "dbname=nowhere"
                                   << "database name";
    QTest::newRow("privilege") << plain << none << "user=weak"
                               << "database privilege";
}

void TstGuardedBrokers::theFailingLayerIsNamed()
{
    QFETCH(QString, brokers);
    QFETCH(QStringList, properties);
    QFETCH(QString, database);
    QFETCH(QString, layer);
    Scene scene(m_stage, "layers");
    if (layer != "kafka topics" && scene.admin().partitionCount("layers_1") == 0) {
        scene.createTopic("_1");
        scene.producer().send({.topic = scene.topic("_1"), .value = R"({"id":1})"});
    }
    WorkerOptions options = withKafka(scene.workerOptions(), properties);
    options.brokers = brokers.toStdString();
    if (layer == "kafka topics")
        options.arguments[1] = "nothing_matches_this";
    options.database += " " + database.toStdString() + " password=canary-of-postgres";
    const Checked done = check(scene, options);
    QVERIFY2(done.code != 0, done.report.c_str());
    const auto line = "✗ " + layer + ":";
    QVERIFY2(done.report.find(line.toStdString()) != std::string::npos, done.report.c_str());
    QVERIFY2(done.report.find("mend:") != std::string::npos, done.report.c_str());
    QVERIFY2(done.report.find("canary") == std::string::npos, done.report.c_str());
}

MR_TEST(TstGuardedBrokers)

#include "tst_guarded_brokers.moc"
