// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

/// A table that becomes another between plan and COPY, and people who change what is ours.
class TstLayoutGuard : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_stage.start(); }
    void aTableChangesBetweenPlanAndCopy_data();
    void aTableChangesBetweenPlanAndCopy();
    void workersWidenTheSameColumn();
    void workersMakeTheSameTable();

private:
    Stage m_stage;
};

void TstLayoutGuard::aTableChangesBetweenPlanAndCopy_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("expression");
    // a bigint 42 read as a binary numeric would be 0, without any error
    QTest::newRow("widened") << "ALTER TABLE %1 ALTER COLUMN n TYPE numeric"
                             << "n";
    QTest::newRow("renamed") << "ALTER TABLE %1 RENAME COLUMN n TO number"
                             << "number";
    QTest::newRow("column_added") << "ALTER TABLE %1 ADD COLUMN noted text"
                                  << "n";
    QTest::newRow("rewritten") << "VACUUM FULL %1"
                               << "n";
}

void TstLayoutGuard::aTableChangesBetweenPlanAndCopy()
{
    QFETCH(QString, change);
    QFETCH(QString, expression);
    Scene scene(m_stage, std::string("layout_") + QTest::currentDataTag());
    scene.createTopic();
    const auto send = [&](int from, int to) {
        for (int i = from; i < to; ++i)
            scene.producer().produce(
                {.topic = scene.topic(), .value = "{\"n\":" + std::to_string(i) + "}"});
        scene.producer().flush();
    };
    send(0, 100);
    WorkerOptions options = scene.workerOptions();
    options.failpoints = "commit.begin=stop@2";
    options.arguments.insert(options.arguments.end(), {"--lanes", "1"}); // none else holds a lock
    WorkerProcess& worker = scene.addWorker(options);
    worker.start();
    QVERIFY2(
        waitUntil(
            30s,
            [&] {
                return !scene.sql().value("SELECT to_regclass('" + scene.topic() + "')").empty();
            }),
        scene.logs().c_str());
    QVERIFY2(scene.caughtUp(), scene.logs().c_str());
    send(100, 200);
    QVERIFY2(stopped(worker), scene.logs().c_str());
    scene.sql().run(change.arg(QString::fromStdString(scene.topic())).toStdString());
    worker.thaw();
    QVERIFY2(scene.kept(), scene.why());
    send(200, 300);
    QVERIFY2(scene.kept(), scene.why());
    const auto differences = scene.oracle().compareColumn(
        scene.topic(), expression.toStdString(), [](const ReadRecord& record) {
            const std::string value = record.value.value_or("");
            return std::optional(value.substr(5, value.size() - 6));
        });
    QVERIFY2(differences.empty(), differences.empty() ? "" : differences[0].c_str());
}

void TstLayoutGuard::workersWidenTheSameColumn()
{
    Scene scene(m_stage, "widened");
    NumberedLoad load(scene, "", 4);
    scene.startWorker();
    load.send(200);
    QVERIFY2(load.landed(200), scene.logs().c_str());
    scene.startWorker();
    QVERIFY2(scene.answers(
                 "SELECT count(DISTINCT split_part(owner, '/', 2)) FROM millrace.position", "2"),
             scene.logs().c_str());
    const int rounds = isLongRun() ? 60 : 12;
    for (int round = 0; round < rounds; ++round) {
        load.changeSchema();
        load.send(400);
    }
    QCOMPARE(load.trouble(), std::string());
    QCOMPARE(scene.alarms(), 0);
}

void TstLayoutGuard::workersMakeTheSameTable()
{
    Scene scene(m_stage, "made");
    WorkerProcess& first = scene.startWorker();
    WorkerProcess& second = scene.startWorker();
    std::vector<NumberedLoad> loads;
    const int topics = isLongRun() ? 100 : 10;
    for (int topic = 0; topic < topics; ++topic)
        loads.emplace_back(scene, std::to_string(topic), 4).send(40);
    for (NumberedLoad& load : loads)
        QCOMPARE(load.trouble(), std::string());
    QVERIFY(first.running() && second.running());
    QCOMPARE(scene.alarms(), 0);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.schema_change"
                                " WHERE change = 'create_table'"),
             topics);
    // nobody was refused on the way either
    const std::string log = readFile(m_stage.cluster.logFile());
    for (const char* refused : {"already exists", "duplicate key", "deadlock detected"})
        QVERIFY2(log.find(refused) == std::string::npos, refused);
}

MR_TEST(TstLayoutGuard)
#include "tst_layout_guard.moc"
