// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/decoder.h"
#include "core/record/numbers.h"
#include "tests/core/record/decoded_text.h"
#include "tests/support/corpora.h"
#include "tests/support/csv.h"
#include "tests/support/test_registry.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest/QtTest>

#include <bit>

using namespace millrace;
using namespace millrace::record;
using namespace millrace::tests;

/// Every corpus straight through the decoder; what a real broker and database add is tested with
/// them.
class TstDecoderCorpora : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyMessageHasItsOutcome_data();
    void everyMessageHasItsOutcome();
    void stringsComeBackUnchanged();
    void numbersComeBackExactly();

private:
    /// Cells of the only row of `value`; a null outcome when it is none.
    static const Cell* cellOf(const DecodeTexts& texts, std::string_view path);

    QString m_folder;
};

void TstDecoderCorpora::initTestCase()
{
    m_folder = corporaFolder();
    if (m_folder.isEmpty())
        QSKIP("MILLRACE_CORPORA names no folder of corpora");
}

void TstDecoderCorpora::everyMessageHasItsOutcome_data()
{
    QTest::addColumn<QString>("corpus");
    QTest::addColumn<int>("messagesMin");
    QTest::newRow("json_parsing") << "json_parsing" << 222;
    QTest::newRow("naughty_strings") << "naughty_strings" << 686;
    QTest::newRow("numbers") << "numbers" << 900;
    QTest::newRow("utf8") << "utf8" << 143;
    QTest::newRow("json_fuzz") << "json_fuzz" << 1'144;
    QTest::newRow("formats") << "formats" << 100;
    QTest::newRow("json5") << "json5" << 76;
    QTest::newRow("bulker_ndjson") << "bulker_ndjson" << 60;
    QTest::newRow("dlt_cases") << "dlt_cases" << 50;
    QTest::newRow("cdc_paimon") << "cdc_paimon" << 101;
    QTest::newRow("cdc_risingwave") << "cdc_risingwave" << 110;
    QTest::newRow("cloudevents") << "cloudevents" << 18;
    QTest::newRow("envelopes") << "envelopes" << 439;
    QTest::newRow("aws_events") << "aws_events" << 69;
    QTest::newRow("github_webhooks") << "github_webhooks" << 78;
    QTest::newRow("otel") << "otel" << 3;
    QTest::newRow("sql_injection") << "sql_injection" << 1'776;
    QTest::newRow("pit") << "pit" << 800;
}

void TstDecoderCorpora::everyMessageHasItsOutcome()
{
    QFETCH(QString, corpus);
    QFETCH(int, messagesMin);
    const auto all = loadCorpora(m_folder, {corpus});
    QVERIFY2(std::ssize(all) >= messagesMin, qPrintable(QString::number(all.size())));
    Decoder decoder{Limits{}};
    for (const CorpusMessage& given : all) {
        Message message;
        message.hasValue = given.value.has_value();
        message.value = given.value ? std::string_view(*given.value) : std::string_view();
        Decoded decoded;
        decoder.decode({&message, 1}, decoded);
        QCOMPARE(decoded.records.size(), 1u);
        const Outcome outcome = decoded.records[0].outcome;
        const char* const found = outcome == Outcome::Reject ? "must_dead_letter" : "must_land";
        const QString reason =
            decoded.rejects.empty() ? QString() : QString::fromStdString(decoded.rejects[0].reason);
        QCOMPARE(outcome == Outcome::Tombstone, !given.value.has_value());
        QVERIFY2(given.expected == found || given.expected == "either" ||
                     (given.expected == "control" && outcome != Outcome::Reject),
                 qPrintable(given.name + " " + found + ": " + reason));
        QVERIFY(outcome != Outcome::Reject || !reason.isEmpty());
    }
}

const Cell* TstDecoderCorpora::cellOf(const DecodeTexts& texts, std::string_view path)
{
    for (const Cell& cell : texts.decoded.cells) {
        if (schema::displayPath(texts.decoder.paths().path(cell.path())) == path)
            return &cell;
    }
    return nullptr;
}

void TstDecoderCorpora::stringsComeBackUnchanged()
{
    for (const CorpusMessage& given : loadCorpora(m_folder, {"naughty_strings", "sql_injection"})) {
        DecodeTexts texts;
        texts.decode({*given.value});
        if (!given.key || given.key->find('\0') != std::string::npos)
            continue;
        for (const char* path : {"s", "o.s"}) {
            const Cell* cell = cellOf(texts, path);
            QVERIFY(cell != nullptr);
            QCOMPARE(cell->view(), std::string_view(*given.key));
        }
    }
}

void TstDecoderCorpora::numbersComeBackExactly()
{
    QFile file(m_folder + "/numbers/numbers.csv");
    QVERIFY(file.open(QIODevice::ReadOnly));
    int doubles = 0;
    for (const CsvRow& row : readCsv(file.readAll())) {
        const std::string literal = row["literal"].toStdString();
        DecodeTexts texts;
        texts.decode({"{\"x\":" + literal + "}"});
        const Cell* cell = cellOf(texts, "x");
        QVERIFY2(cell != nullptr || row["class"] == "either", literal.c_str());
        if (cell == nullptr)
            continue;
        if (cell->kind() == schema::Kind::Int53 || cell->kind() == schema::Kind::Int64)
            QCOMPARE(std::to_string(cell->integer), literal == "-0" ? "0" : literal);
        else
            QCOMPARE(cell->view(), std::string_view(literal));
        if (cell->kind() != schema::Kind::Int53 && cell->kind() != schema::Kind::Double)
            continue;
        const auto bits = row["float64_hex"].toULongLong(nullptr, 16);
        QCOMPARE(std::bit_cast<quint64>(toDouble(literal)), bits);
        ++doubles;
    }
    QVERIFY(doubles > 100);
}

MR_TEST(TstDecoderCorpora)
#include "tst_decoder_corpora.moc"
