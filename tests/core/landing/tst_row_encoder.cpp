// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/landing/encode_texts.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::tests;
using namespace std::string_literals;
using namespace std::string_view_literals;

class TstRowEncoder : public QObject
{
    Q_OBJECT

private slots:
    void writesEveryTypeByValue();
    void writesTheFixedColumns();
    void sendsTheUnionOfColumnsOfTheBatch();
    void putsKeysThatAreNoTextUnderOurName();
    void putsTimesThatAreNoneUnderOurName_data();
    void putsTimesThatAreNoneUnderOurName();
    void writesHeaders();
    void storesIntegersInWidenedColumnsByValue();
    void spillsTheLastColumnsOfARowTooWide();
    void spillsNothingOfARowThatFits();
    void usesGivenHeadersInsteadOfTheMessages();
};

void TstRowEncoder::writesEveryTypeByValue()
{
    EncodeTexts texts;
    texts.run(
        {R"({"b":true,"i":-7,"d":0.5,"n":1234567890123456789012.50,"t":"2000-01-01T00:00:01Z",)"
         R"("s":"a\u0041\"","j":[1, {"x":null}]})"});
    QCOMPARE(texts.textOf(0, "b"), "true"s);
    QCOMPARE(texts.textOf(0, "i"), "-7"s);
    QCOMPARE(texts.textOf(0, "d"), "0.5"s);
    QCOMPARE(texts.textOf(0, "n"), "1234567890123456789012.50"s);
    QCOMPARE(texts.textOf(0, "t"), "1000000"s);
    QCOMPARE(texts.textOf(0, "s"), "aA\""s);
    QCOMPARE(texts.textOf(0, "j"), "[1, {\"x\":null}]"s);
    QCOMPARE(texts.more(0), "-"s);
}

void TstRowEncoder::writesTheFixedColumns()
{
    EncodeTexts texts;
    record::Message& message = texts.add("{}");
    message.partition = PartitionId(3);
    message.offset = Offset(1'234'567'890'123);
    message.timestampMs = 946'684'800'001;
    message.hasKey = true;
    message.key = "k\xc3\xa9y"sv;
    texts.run();
    QCOMPARE(bigNumber(texts.field(0, "_partition")), 3);
    QCOMPARE(bigNumber(texts.field(0, "_generation")), 1);
    QCOMPARE(bigNumber(texts.field(0, "_offset")), 1'234'567'890'123);
    QCOMPARE(bigNumber(texts.field(0, "_time")), 1'000);
    QCOMPARE(texts.field(0, "_key"), "k\xc3\xa9y"s);
    QCOMPARE(texts.field(0, "_headers"), "-"s);
    QCOMPARE(texts.field(0, "_more"), "-"s);
}

void TstRowEncoder::sendsTheUnionOfColumnsOfTheBatch()
{
    EncodeTexts texts;
    texts.run({R"({"a":1,"b":1,"c":1})"});
    texts.run({R"({"c":2})", R"({"a":3})"});
    QCOMPARE(texts.rows[0].size(), 9U);
    QCOMPARE(texts.textOf(0, "a") + texts.textOf(0, "b") + texts.textOf(0, "c"), "--2"s);
    QCOMPARE(texts.textOf(1, "a") + texts.textOf(1, "b") + texts.textOf(1, "c"), "3--"s);
}

void TstRowEncoder::putsKeysThatAreNoTextUnderOurName()
{
    EncodeTexts texts;
    for (const std::string_view key : {"\xff\xfe"sv, "a\0b"sv, ""sv}) {
        record::Message& message = texts.add("{}");
        message.hasKey = true;
        message.key = key;
    }
    texts.add("{}");
    texts.run();
    QCOMPARE(texts.more(0), "{\"$millrace\":{\"key\":\"//4=\"}}"s);
    QCOMPARE(texts.more(1), "{\"$millrace\":{\"key\":\"YQBi\"}}"s);
    QCOMPARE(texts.field(0, "_key"), "-"s);
    QCOMPARE(texts.field(2, "_key"), ""s);
    QCOMPARE(texts.field(3, "_key"), "-"s);
}

void TstRowEncoder::putsTimesThatAreNoneUnderOurName_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QString>("more");
    QTest::newRow("none") << qint64{-1} << R"({"$millrace":{"timestamp":-1}})";
    QTest::newRow("epoch") << qint64{0} << "-";
    QTest::newRow("before the epoch") << qint64{-2} << "-";
    QTest::newRow("last of timestamptz") << qint64{9'224'318'015'999'999} << "-";
    QTest::newRow("beyond it") << qint64{9'224'318'016'000'000}
                               << R"({"$millrace":{"timestamp":9224318016000000}})";
    QTest::newRow("largest") << std::numeric_limits<qint64>::max()
                             << R"({"$millrace":{"timestamp":9223372036854775807}})";
    QTest::newRow("smallest") << std::numeric_limits<qint64>::min()
                              << R"({"$millrace":{"timestamp":-9223372036854775808}})";
}

void TstRowEncoder::putsTimesThatAreNoneUnderOurName()
{
    QFETCH(qint64, ms);
    QFETCH(QString, more);
    EncodeTexts texts;
    texts.add("{}").timestampMs = ms;
    texts.run();
    QCOMPARE(QString::fromStdString(texts.more(0)), more);
    QCOMPARE(texts.field(0, "_time") == "-", more != "-");
}

void TstRowEncoder::writesHeaders()
{
    EncodeTexts texts;
    texts.add("{}").headers = {{"h", "1"sv}, {"h", std::nullopt}};
    texts.run();
    QCOMPARE(texts.field(0, "_headers"), "\1" + "[[\"h\",\"1\"],[\"h\",null]]"s);
}

void TstRowEncoder::usesGivenHeadersInsteadOfTheMessages()
{
    EncodeTexts texts;
    texts.run({"{}"});
    texts.encoder.clear();
    texts.encoder.addHeader();
    texts.encoder.addRow({&texts.messages[0], &texts.decoded.records[0], Generation(2), "[[1]]"},
                         texts.decoded);
    texts.encoder.addTrailer();
    const auto rows = readCopy(texts.encoder.bytes());
    QVERIFY(rows.has_value());
    QCOMPARE((*rows)[0][5].value_or("-"), "\1[[1]]"s);
    QCOMPARE(bigNumber((*rows)[0][1].value_or("")), 2);
}

void TstRowEncoder::storesIntegersInWidenedColumnsByValue()
{
    EncodeTexts texts;
    texts.run({R"({"d":1.5,"n":0.12345678901234567})", R"({"d":9007199254740992,"n":-42})"});
    QCOMPARE(texts.textOf(1, "d"), "9007199254740992"s);
    QCOMPARE(texts.textOf(1, "n"), "-42"s);
}

void TstRowEncoder::spillsTheLastColumnsOfARowTooWide()
{
    EncodeTexts texts;
    std::string value = "{";
    for (int i = 0; i < 600; ++i)
        value +=
            (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"" + std::string(100, 'x') + "\"";
    texts.run({value + "}"});
    const std::size_t columns = texts.schema.columns.size();
    QCOMPARE(columns, 600U);
    std::size_t spilled = 0;
    for (const schema::Column& column : texts.schema.columns)
        spilled += texts.field(0, column.name) == "-" ? 1 : 0;
    QVERIFY(spilled >= 150 && spilled <= 170);
    QCOMPARE(texts.encoder.spilledValues(), static_cast<std::int64_t>(spilled));
    for (std::size_t i = 0; i < columns; ++i) {
        const schema::Column& column = texts.schema.columns[i];
        const bool inColumn = texts.field(0, column.name) != "-";
        QCOMPARE(inColumn, i < columns - spilled);
        const bool inMore =
            texts.more(0).find("\"" + column.path[0] + "\":\"xxx") != std::string::npos;
        QCOMPARE(inMore, !inColumn);
    }
}

void TstRowEncoder::spillsNothingOfARowThatFits()
{
    EncodeTexts texts;
    std::string value = "{";
    for (int i = 0; i < 400; ++i)
        value +=
            (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"" + std::string(100, 'x') + "\"";
    texts.run({value + "}"});
    QCOMPARE(texts.encoder.spilledValues(), 0);
    QCOMPARE(texts.more(0), "-"s);
}

MR_TEST(TstRowEncoder)
#include "tst_row_encoder.moc"
