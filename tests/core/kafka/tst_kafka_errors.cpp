// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/kafka_errors.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

using namespace millrace;

class TstKafkaErrors : public QObject
{
    Q_OBJECT

private slots:
    void eachCodeHasItsClass_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, rd_kafka_resp_err_t code, const char* expected) {
            QTest::newRow(name) << static_cast<int>(code) << expected;
        };
        row("transport", RD_KAFKA_RESP_ERR__TRANSPORT, "connection/retry");
        row("time-out", RD_KAFKA_RESP_ERR__TIMED_OUT, "connection/retry");
        row("leader moves", RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, "connection/retry");
        row("coordinator", RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, "connection/retry");
        row("login", RD_KAFKA_RESP_ERR__AUTHENTICATION, "connection/refused");
        row("tls", RD_KAFKA_RESP_ERR__SSL, "connection/refused");
        row("no right", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            "connection/wait_for_operator");
        row("no topic", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "connection/not_found");
        row("crc", RD_KAFKA_RESP_ERR__BAD_MSG, "batch/corrupt");
        row("misuse", RD_KAFKA_RESP_ERR__INVALID_ARG, "process/invalid_input");
        row("fenced", RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, "process/fenced");
        row("fatal", RD_KAFKA_RESP_ERR__FATAL, "process/internal");
    }
    void eachCodeHasItsClass()
    {
        QFETCH(int, code);
        QFETCH(QString, expected);
        const Error error = kafka::kafkaError(code, "reading failed", "orders[3]");
        const QString seen = QString::fromStdString(std::string(scopeName(error.scope)) + "/" +
                                                    std::string(codeName(error.code)));
        QCOMPARE(seen.toLower().remove('_'), QString(expected).remove('_'));
        QCOMPARE(error.origin, std::string("orders[3]"));
        QVERIFY(error.what.starts_with("reading failed: "));
    }

    void aNullErrorIsSuccessAndOthersAreFreed()
    {
        QVERIFY(kafka::takeError(nullptr, "assigning"));
        const auto failed = kafka::takeError(
            rd_kafka_error_new(RD_KAFKA_RESP_ERR__STATE, "not %s", "now"), "assigning", "g");
        QVERIFY(!failed);
        QCOMPARE(failed.error().what, std::string("assigning: not now"));
    }
};

MR_TEST(TstKafkaErrors)
#include "tst_kafka_errors.moc"
