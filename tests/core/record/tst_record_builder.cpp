// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/record_builder.h"
#include "tests/core/record/decoded_text.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::record;
using namespace millrace::tests;
using namespace std::string_literals;

class TstRecordBuilder : public QObject
{
    Q_OBJECT

private slots:
    void lastOfDuplicateKeysWins_data();
    void lastOfDuplicateKeysWins();
    void whatCannotBeStoredAndStandsIsRefused_data();
    void whatCannotBeStoredAndStandsIsRefused();
    void worksInLinearTimeOnManyDuplicates();
};

void TstRecordBuilder::lastOfDuplicateKeysWins_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QString>("record");
    QTest::addColumn<int>("duplicates");
    QTest::newRow("scalar") << R"({"a":1,"b":2,"a":"x"})"s
                            << "b:int53=2 a:string=x" << 1;
    QTest::newRow("thrice") << R"({"a":1,"a":2,"a":3})"s
                            << "a:int53=3" << 2;
    QTest::newRow("object by scalar") << R"({"a":{"b":1,"c":{"d":2}},"a":3})"s
                                      << "a:int53=3" << 1;
    QTest::newRow("scalar by object") << R"({"a":3,"a":{"b":1}})"s
                                      << "a.b:int53=1" << 1;
    QTest::newRow("object by object") << R"({"a":{"b":1,"c":2},"a":{"b":3}})"s
                                      << "a.b:int53=3" << 1;
    QTest::newRow("by null") << R"({"a":1,"a":null})"s
                             << "" << 1;
    QTest::newRow("by empty object") << R"({"a":1,"a":{}})"s
                                     << "" << 1;
    QTest::newRow("null first") << R"({"a":null,"a":1})"s
                                << "a:int53=1" << 1;
    QTest::newRow("escaped") << R"({"a":1,"\u0061":2})"s
                             << "a:int53=2" << 1;
    QTest::newRow("in nested") << R"({"a":{"b":1,"b":2},"c":3})"s
                               << "a.b:int53=2 c:int53=3" << 1;
    QTest::newRow("id-like") << R"({"1":1,"2":2,"1":{"x":3}})"s
                             << "~2:int53=2 ~1:json={\"x\":3}" << 1;
    QTest::newRow("with loose values inside") << R"({"a":{"1":1,"b":2},"a":5})"s
                                              << "a:int53=5" << 1;
    QTest::newRow("replaces what cannot be stored")
        << R"({"a":1e500000,"b":{"c":"\u0000"},"a":1,"b":2})"s
        << "a:int53=1 b:int53=2" << 2;
    QTest::newRow("replaces a loose one") << R"({"1":[1e500000],"1":2})"s
                                          << "~1:int53=2" << 1;
    QTest::newRow("same key elsewhere") << R"({"a":{"x":1},"b":{"x":2}})"s
                                        << "a.x:int53=1 b.x:int53=2" << 0;
}

void TstRecordBuilder::lastOfDuplicateKeysWins()
{
    QFETCH(std::string, json);
    QFETCH(int, duplicates);
    DecodeTexts texts;
    for (int pass = 0; pass < 2; ++pass) {
        QTEST(QString::fromStdString(texts.describeOne(json)), "record");
        QCOMPARE(texts.decoded.duplicateKeys, static_cast<std::uint64_t>(duplicates));
    }
}

void TstRecordBuilder::whatCannotBeStoredAndStandsIsRefused_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QString>("reject");
    QTest::newRow("last of two") << R"({"a":1,"a":1e500000})"s
                                 << "out_of_range at a:";
    QTest::newRow("another's") << R"({"a":1e500000,"b":"\ud800","a":2})"s
                               << "unrepresentable_text at b:";
    QTest::newRow("first of two") << R"({"a":{"b":[1e500000]},"c":"\u0000"})"s
                                  << "out_of_range at a.b:";
    QTest::newRow("loose") << R"({"x":{"7":{"k\u0000":1}}})"s
                           << "unrepresentable_text at x.7:";
    QTest::newRow("syntax outranks") << R"({"a":1e500000,"b":})"s
                                     << "not_json at b:";
}

void TstRecordBuilder::whatCannotBeStoredAndStandsIsRefused()
{
    QFETCH(std::string, json);
    QFETCH(QString, reject);
    DecodeTexts texts;
    const QString found = QString::fromStdString(texts.describeOne(json));
    QVERIFY2(found.startsWith(reject), qPrintable(found));
    QVERIFY(texts.decoded.cells.empty() && texts.decoded.loose.empty());
}

void TstRecordBuilder::worksInLinearTimeOnManyDuplicates()
{
    std::string wide;
    for (int i = 0; i < 500; ++i)
        wide += "\"k" + std::to_string(i) + "\":1,";
    std::string json = "{" + wide;
    for (int i = 0; i < 20'000; ++i)
        json += "\"a\":{\"b\":1,\"7\":2},\"8\":3,";
    DecodeTexts texts;
    texts.decode({json + "\"end\":1}"});
    QCOMPARE(texts.decoded.cells.size(), 502u);
    QCOMPARE(texts.decoded.loose.size(), 2u);
    QCOMPARE(texts.decoded.duplicateKeys, 39'998u);
}

MR_TEST(TstRecordBuilder)
#include "tst_record_builder.moc"
