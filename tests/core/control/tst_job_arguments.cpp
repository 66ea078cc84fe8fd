// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/job_arguments.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::control;

class TstJobArguments : public QObject
{
    Q_OBJECT

private slots:
    void readsASelection();
    void readsAnAddress();
    void refusesWhatCouldWidenASelection_data();
    void refusesWhatCouldWidenASelection();
};

void TstJobArguments::readsASelection()
{
    const auto job = readLetterJob(
        R"({"topic":"orders","class":"not_json","partition":3,"offsets":[7,9],"reason":"old"})");
    QVERIFY(job.has_value());
    QCOMPARE(job->selection.topic, std::string("orders"));
    QCOMPARE(job->selection.deadClass, std::string("not_json"));
    QVERIFY(job->selection.partition == PartitionId(3));
    QVERIFY(job->selection.offsets == (std::vector<std::int64_t>{7, 9}));
    QCOMPARE(job->reason, std::string("old"));
}

void TstJobArguments::readsAnAddress()
{
    const auto address =
        readRecordAddress(R"({"topic":"orders","generation":2,"partition":1,"offset":42})");
    QVERIFY(address.has_value());
    QVERIFY(address->key == (PositionKey{"orders", Generation(2), PartitionId(1)}));
    QVERIFY(address->offset == Offset(42));
    for (const char* wrong : {R"({"topic":"a","generation":1,"partition":1})",
                              R"({"topic":"a","partition":1,"offset":1})",
                              R"({"generation":1,"partition":1,"offset":1})",
                              R"({"topic":"a","generation":1,"partition":1,"offset":1,"to":9})",
                              R"({"topic":"a","generation":1,"partition":1,"offset":-1})",
                              R"({"topic":"a","generation":4294967297,"partition":1,"offset":1})"})
        QVERIFY2(!readRecordAddress(wrong), wrong);
}

void TstJobArguments::refusesWhatCouldWidenASelection_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("names");
    QTest::newRow("not JSON") << std::string("{") << std::string("JSON object");
    QTest::newRow("a list") << std::string("[]") << std::string("JSON object");
    QTest::newRow("no topic") << std::string("{}") << std::string("'topic'");
    QTest::newRow("misspelt") << std::string(R"({"topic":"a","clas":"b"})")
                              << std::string("'clas'");
    QTest::newRow("class is a number")
        << std::string(R"({"topic":"a","class":1})") << std::string("'class'");
    QTest::newRow("no offsets at all")
        << std::string(R"({"topic":"a","offsets":[]})") << std::string("'offsets'");
    QTest::newRow("negative partition")
        << std::string(R"({"topic":"a","partition":-1})") << std::string("'partition'");
    QTest::newRow("a partition that would wrap to 0")
        << std::string(R"({"topic":"a","partition":4294967296})") << std::string("'partition'");
    QTest::newRow("an offset that would wrap to -1")
        << std::string(R"({"topic":"a","offsets":[18446744073709551615]})")
        << std::string("'offsets'");
}

void TstJobArguments::refusesWhatCouldWidenASelection()
{
    QFETCH(std::string, text);
    QFETCH(std::string, names);
    const auto job = readLetterJob(text);
    QVERIFY(!job);
    QVERIFY2(job.error().what.find(names) != std::string::npos, job.error().what.c_str());
}

MR_TEST(TstJobArguments)
#include "tst_job_arguments.moc"
