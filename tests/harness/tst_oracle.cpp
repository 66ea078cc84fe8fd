// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/kafka_broker.h"
#include "tests/harness/oracle.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/harness/test_producer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;

namespace {

/// As much of the control schema as the oracle reads, and a table that tells of one topic with
/// offsets 0 to 4: row, row, tombstone, dead letter, row.
constexpr const char* faithful = R"(
CREATE SCHEMA millrace;
CREATE TABLE millrace.topic (topic text, table_name text);
CREATE TABLE millrace.generation (topic text, generation int);
CREATE TABLE millrace.position (topic text, generation int, partition int, first_offset bigint,
    next_offset bigint, rows bigint, dead bigint, skipped bigint, gap bigint, holes bigint);
CREATE TABLE millrace.gap (topic text, generation int, partition int, first_offset bigint,
    last_offset bigint, kind text);
CREATE TABLE millrace.dead_letter (topic text, generation int, partition int,
    record_offset bigint, state text);
CREATE TABLE t_table (_partition int, _generation int, _offset bigint, id int);
INSERT INTO millrace.topic VALUES ('t', 't_table');
INSERT INTO millrace.generation VALUES ('t', 1), ('t', 2);
INSERT INTO millrace.position VALUES ('t', 1, 0, 0, 99, 99, 0, 0, 0, 0),
    ('t', 2, 0, 0, 5, 3, 1, 1, 0, 0);
INSERT INTO millrace.dead_letter VALUES ('t', 2, 0, 3, 'open'), ('t', 2, 0, 4, 'replayed');
INSERT INTO t_table VALUES (0, 1, 7, 7), (0, 2, 0, 0), (0, 2, 1, 1), (0, 2, 4, 4);
)";

} // namespace

class TstOracle : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyLieIsFound_data();
    void everyLieIsFound();
    void valuesAreCompared();
    void waitingForTheEndOfTheLog();

private:
    Oracle freshOracle();

    KafkaBroker m_broker;
    PostgresCluster m_cluster;
};

void TstOracle::initTestCase()
{
    m_broker.start();
    m_cluster.start();
    m_broker.admin().createTopic("t");
    TestProducer producer(m_broker.brokers());
    for (const char* value : {"0", "1", "", "3", "4"}) {
        const std::string text = value;
        producer.produce(
            {.topic = "t", .value = text.empty() ? std::nullopt : std::optional(text)});
    }
    producer.flush();
}

Oracle TstOracle::freshOracle()
{
    Oracle oracle({{"bootstrap.servers", m_broker.brokers()}}, m_cluster.createDatabase());
    oracle.sql().run(faithful);
    return oracle;
}

void TstOracle::everyLieIsFound_data()
{
    QTest::addColumn<QString>("lie");
    QTest::addColumn<QString>("finding");
    QTest::newRow("the truth") << "SELECT 1"
                               << "";
    QTest::newRow("a row is missing") << "DELETE FROM t_table WHERE _offset = 1 AND _generation = 2"
                                      << "[0]@1 is nowhere";
    QTest::newRow("a row is there twice")
        << "INSERT INTO t_table SELECT * FROM t_table WHERE _offset = 4"
        << "[0]@4 is there twice";
    QTest::newRow("row and dead letter") << "INSERT INTO t_table VALUES (0, 2, 3, 3)"
                                         << "[0]@3 is there twice";
    QTest::newRow("a letter is missing") << "DELETE FROM millrace.dead_letter"
                                         << "[0]@3 is nowhere";
    QTest::newRow("a tombstone as a row") << "INSERT INTO t_table VALUES (0, 2, 2, 2)"
                                          << "[0]@2 is in the database";
    QTest::newRow("an offset nobody served") << "INSERT INTO t_table VALUES (0, 2, 50, 0)"
                                             << "[0]@50 is in the database";
    QTest::newRow("a wrong counter") << "UPDATE millrace.position SET rows = 4, holes = -1"
                                     << "rows is 4, counted 3";
    QTest::newRow("a broken equation") << "UPDATE millrace.position SET holes = 1"
                                       << "gap + holes is 6, counted 5";
    QTest::newRow("a gap over a row") << "INSERT INTO millrace.gap VALUES ('t', 2, 0, 1, 2, 'rows')"
                                      << "[0]@1 is a row inside";
}

void TstOracle::everyLieIsFound()
{
    QFETCH(QString, lie);
    QFETCH(QString, finding);
    Oracle oracle = freshOracle();
    oracle.sql().run(lie.toStdString());
    const Verdict verdict = oracle.judge("t");
    const QString text = QString::fromStdString(verdict.text());
    QCOMPARE(verdict.served, 5);
    QCOMPARE(verdict.tombstones, 1);
    QCOMPARE(verdict.holds(), finding.isEmpty());
    QVERIFY2(text.contains(finding), qPrintable(text));
}

void TstOracle::valuesAreCompared()
{
    Oracle oracle = freshOracle();
    const auto itself = [](const ReadRecord& record) { return record.value; };
    QVERIFY(oracle.compareColumn("t", "id", itself).empty());
    oracle.sql().run("UPDATE t_table SET id = NULL WHERE _offset = 4");
    const auto differences = oracle.compareColumn("t", "id", itself);
    QCOMPARE(differences.size(), 1U);
    QCOMPARE(differences[0], std::string("[0]@4 has NULL, expected 4"));
}

void TstOracle::waitingForTheEndOfTheLog()
{
    Oracle oracle = freshOracle();
    QVERIFY(oracle.awaitCaughtUp("t", std::chrono::seconds(5)));
    oracle.sql().run("UPDATE millrace.position SET next_offset = 4 WHERE generation = 2");
    QVERIFY(!oracle.awaitCaughtUp("t", std::chrono::milliseconds(50)));
}

MR_TEST(TstOracle)
#include "tst_oracle.moc"
