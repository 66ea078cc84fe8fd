// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"
#include "core/landing/letter_writer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace std::string_view_literals;

class TstLetterWriter : public QObject
{
    Q_OBJECT

private slots:
    void keepsTheRecordVerbatim();
    void cutsAndHashesWhatIsTooLarge();
    void namesTheClassOfEachOrigin();
};

namespace {

const control::PositionKey key{"t", Generation(2), PartitionId(1)};

record::Message messageOf(std::string_view value)
{
    record::Message message;
    message.offset = Offset(9);
    message.timestampMs = 5;
    message.hasValue = true;
    message.value = value;
    return message;
}

} // namespace

void TstLetterWriter::keepsTheRecordVerbatim()
{
    landing::LetterWriter writer{Limits{}};
    record::Message message = messageOf("\xff{\0"sv);
    message.hasKey = true;
    message.key = "\0k"sv;
    message.headers = {{"h", std::nullopt}};
    writer.add(key, message, record::Reject{record::RejectClass::NotUtf8, "why", "a.b"});
    const control::DeadLetter& letter = writer.letters().front();
    QCOMPARE(letter.key == key, true);
    QCOMPARE(letter.offset.value, 9);
    QCOMPARE(letter.value.value(), "\xff{\0"sv);
    QCOMPARE(letter.keyBytes.value(), "\0k"sv);
    QCOMPARE(letter.valueSize, 3);
    QCOMPARE(letter.truncated, false);
    QCOMPARE(letter.headersJson, std::string("[[\"h\",null]]"));
    QCOMPARE(letter.recordTimeMs.value(), 5);
    QCOMPARE(letter.reason, std::string("why"));
    QCOMPARE(letter.column, std::string("a.b"));
    QCOMPARE(letter.deadClass, "not_utf8"sv);
}

void TstLetterWriter::cutsAndHashesWhatIsTooLarge()
{
    Limits limits;
    limits.deadLetterValueBytesMax = 4;
    landing::LetterWriter writer(limits);
    writer.add(key, messageOf("123456"), record::Reject{});
    writer.add(key, messageOf("1234"), record::Reject{});
    const control::DeadLetter& letter = writer.letters()[0];
    QCOMPARE(letter.value.value(), "1234"sv);
    QCOMPARE(letter.valueSize, 6);
    QCOMPARE(letter.truncated, true);
    QCOMPARE(hex(letter.valueSha256),
             std::string("8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92"));
    QCOMPARE(writer.letters()[1].truncated, false);
}

void TstLetterWriter::namesTheClassOfEachOrigin()
{
    landing::LetterWriter writer{Limits{}};
    writer.add(key, messageOf("{}"), landing::PlannedLetter{0, "contract", "why", "c"});
    writer.add(key, messageOf("{}"), landing::RefusedRow{0, "22003", "out of range", "c"});
    record::Message noValue;
    writer.add(key, noValue, record::Reject{record::RejectClass::Empty, "", ""});
    QCOMPARE(writer.letters()[0].deadClass, "contract"sv);
    QCOMPARE(writer.letters()[1].deadClass, "refused_by_database"sv);
    QCOMPARE(writer.letters()[1].sqlState, std::string("22003"));
    QCOMPARE(writer.letters()[2].value.has_value(), false);
    QCOMPARE(writer.letters()[2].recordTimeMs.has_value(), false);
    QCOMPARE(writer.letters()[2].headersJson, std::string());
}

MR_TEST(TstLetterWriter)
#include "tst_letter_writer.moc"
