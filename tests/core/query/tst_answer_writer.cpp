// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/answer_writer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace millrace::query;

class TstAnswerWriter : public QObject
{
    Q_OBJECT

private slots:
    void valuesAreExact_data();
    void valuesAreExact();
    void writesEveryFormat();
    void csvQuotesWhatNeedsIt();
    void keysOfALineAreUnique();
    void whatIsCutIsTold();
    void anAnswerThatBreaksOffSaysSo();
};

namespace {

std::string written(AnswerFormat format, const std::vector<AnswerColumn>& columns,
                    const std::vector<AnswerRow>& rows, const AnswerEnd& end = {})
{
    AnswerWriter writer(format, columns);
    std::string out;
    writer.begin(out);
    for (const AnswerRow& row : rows)
        writer.row(out, row);
    writer.end(out, end, "t");
    return out;
}

} // namespace

void TstAnswerWriter::valuesAreExact_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("json");
    const auto row = [](ValueKind kind, const char* text, const char* json) {
        QTest::addRow("%d %s", static_cast<int>(kind), text)
            << static_cast<int>(kind) << std::string(text) << std::string(json);
    };
    row(ValueKind::Bool, "t", "true");
    row(ValueKind::Bool, "f", "false");
    row(ValueKind::Integer, "9007199254740991", "9007199254740991");
    row(ValueKind::Integer, "9007199254740992", "\"9007199254740992\"");
    row(ValueKind::Integer, "-9223372036854775808", "\"-9223372036854775808\"");
    row(ValueKind::Decimal, "0.1", "0.1");
    row(ValueKind::Decimal, "123456789012345", "123456789012345");
    row(ValueKind::Decimal, "1234567890.123456789", "\"1234567890.123456789\"");
    row(ValueKind::Decimal, "NaN", "\"NaN\"");
    row(ValueKind::Real, "1.5e+300", "1.5e+300");
    row(ValueKind::Real, "-Infinity", "\"-Infinity\"");
    row(ValueKind::Time, "2024-01-31 10:20:30.5+00", "\"2024-01-31T10:20:30.5Z\"");
    row(ValueKind::Time, "2024-01-31 10:20:30+00", "\"2024-01-31T10:20:30Z\"");
    row(ValueKind::Time, "infinity", "\"infinity\"");
    row(ValueKind::Time, "0044-03-15 00:00:00+00 BC", "\"0044-03-15 00:00:00+00 BC\"");
    row(ValueKind::Json, "{\"a\": [1, null]}", "{\"a\": [1, null]}");
    row(ValueKind::Text, "a \"b\"", "\"a \\\"b\\\"\"");
    row(ValueKind::Text, "1", "\"1\"");
}

void TstAnswerWriter::valuesAreExact()
{
    QFETCH(int, kind);
    QFETCH(std::string, text);
    QFETCH(std::string, json);
    const std::vector<AnswerColumn> columns{{"a", "x", static_cast<ValueKind>(kind)}};
    QCOMPARE(written(AnswerFormat::NdJson, columns, {{text}}), "{\"a\":" + json + "}\n");
}

void TstAnswerWriter::writesEveryFormat()
{
    const std::vector<AnswerColumn> columns{{"n", "bigint", ValueKind::Integer},
                                            {"s", "text", ValueKind::Text}};
    const std::vector<AnswerRow> rows{{"1", "a"}, {"2", std::nullopt}};
    const auto json = nlohmann::json::parse(written(AnswerFormat::Json, columns, rows, {2}));
    QCOMPARE(json.at("rows").dump(), std::string("[[1,\"a\"],[2,null]]"));
    QCOMPARE(json.at("columns").at(1).at("type").get<std::string>(), std::string("text"));
    QCOMPARE(json.at("row_count").get<int>(), 2);
    QVERIFY(json.at("truncated").is_null());
    QCOMPARE(json.at("token").get<std::string>(), std::string("t"));
    QCOMPARE(written(AnswerFormat::Rows, columns, rows), std::string("[[1,\"a\"],[2,null]]\n"));
    QCOMPARE(written(AnswerFormat::NdJson, columns, rows),
             std::string("{\"n\":1,\"s\":\"a\"}\n{\"n\":2,\"s\":null}\n"));
    QCOMPARE(written(AnswerFormat::Csv, columns, rows), std::string("n,s\r\n1,a\r\n2,\r\n"));
    for (const auto format : {AnswerFormat::Json, AnswerFormat::Rows})
        QVERIFY(nlohmann::json::accept(written(format, columns, {})));
}

void TstAnswerWriter::csvQuotesWhatNeedsIt()
{
    const std::vector<AnswerColumn> columns{{"a,b", "text", ValueKind::Text}};
    QCOMPARE(
        written(AnswerFormat::Csv, columns, {{"x\"y"}, {"1\n2"}, {""}, {std::nullopt}, {" z"}}),
        std::string("\"a,b\"\r\n\"x\"\"y\"\r\n\"1\n2\"\r\n\"\"\r\n\r\n\" z\"\r\n"));
}

void TstAnswerWriter::keysOfALineAreUnique()
{
    const std::vector<AnswerColumn> columns(3, {"a", "text", ValueKind::Text});
    QCOMPARE(written(AnswerFormat::NdJson, columns, {{"1", "2", "3"}}),
             std::string("{\"a\":\"1\",\"a_2\":\"2\",\"a_3\":\"3\"}\n"));
}

void TstAnswerWriter::whatIsCutIsTold()
{
    const std::vector<AnswerColumn> columns{{"a", "jsonb", ValueKind::Json}};
    AnswerWriter writer(AnswerFormat::NdJson, columns);
    std::string out;
    writer.row(out, {{"{\"a\""}}, {0});
    writer.end(out, {1, CutBy::Rows, 1}, "t");
    const QStringList lines = QString::fromStdString(out).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[0], QStringLiteral("{\"a\":\"{\\\"a\\\"\"}"));
    const auto end = nlohmann::json::parse(lines[1].toStdString()).at("@end");
    QCOMPARE(end.at("truncated").get<std::string>(), std::string("rows"));
    QCOMPARE(end.at("cut_cells").get<int>(), 1);
}

void TstAnswerWriter::anAnswerThatBreaksOffSaysSo()
{
    const std::vector<AnswerColumn> columns{{"a", "text", ValueKind::Text}};
    for (const auto format : {AnswerFormat::Json, AnswerFormat::NdJson}) {
        AnswerWriter writer(format, columns);
        std::string out;
        writer.begin(out);
        writer.row(out, {{"1"}});
        writer.broken(out, "time", "too long");
        QVERIFY2(out.find("too long") != std::string::npos, out.c_str());
    }
}

MR_TEST(TstAnswerWriter)
#include "tst_answer_writer.moc"
