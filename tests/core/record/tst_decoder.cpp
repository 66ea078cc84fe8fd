// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/decoder.h"
#include "tests/core/record/decoded_text.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::record;
using namespace millrace::tests;
using namespace std::string_literals;

class TstDecoder : public QObject
{
    Q_OBJECT

private slots:
    void tellsTombstonesFromEmptyValues();
    void keepsTheNeighboursOfARejectedRecord();
    void stripsAndCountsByteOrderMarks();
    void refusesBeyondTheLimits();
    void reusesItsPathsBetweenBatches();
};

void TstDecoder::tellsTombstonesFromEmptyValues()
{
    Decoder decoder{Limits{}};
    Decoded decoded;
    std::vector<Message> messages(2);
    messages[1].hasValue = true;
    decoder.decode(messages, decoded);
    QCOMPARE(decoded.records[0].outcome, Outcome::Tombstone);
    QCOMPARE(decoded.records[1].outcome, Outcome::Reject);
    QCOMPARE(decoded.rejects[0].rejectClass, RejectClass::Empty);
}

void TstDecoder::keepsTheNeighboursOfARejectedRecord()
{
    DecodeTexts texts;
    texts.decode({R"({"a":1,"7":1})", R"({"a":2,"7":2,"b":{"c":3},"d":)", R"({"a":3,"a":4})",
                  R"({"a":5)", R"({"b":{"c":6}})"});
    QCOMPARE(texts.describe(0), "a:int53=1 ~7:int53=1"s);
    QCOMPARE(texts.describe(2), "a:int53=4"s);
    QCOMPARE(texts.describe(4), "b.c:int53=6"s);
    QCOMPARE(texts.decoded.rejects.size(), 2u);
    QCOMPARE(texts.decoded.cells.size(), 3u);
    QCOMPARE(texts.decoded.loose.size(), 1u);
}

void TstDecoder::stripsAndCountsByteOrderMarks()
{
    DecodeTexts texts;
    texts.decode({"\xef\xbb\xbf{\"a\":\"x\"}", "\xef\xbb\xbf\xef\xbb\xbf{}", "\xef\xbb\xbf"});
    QCOMPARE(texts.describe(0), "a:string=x"s);
    QCOMPARE(texts.describe(1), "not_json at : Expected a value at byte 3: \\u{feff}{}."s);
    QCOMPARE(texts.rejectOf(2).rejectClass, RejectClass::Empty);
    QCOMPARE(texts.decoded.byteOrderMarks, 3u);
}

void TstDecoder::refusesBeyondTheLimits()
{
    Limits limits;
    limits.valueBytesMax = 20;
    limits.numberDigitsMax = 5;
    limits.jsonDepthMax = 2;
    limits.columnDepthMax = 1;
    DecodeTexts texts(limits);
    QCOMPARE(texts.describeOne(R"({"a":"0123456789012"})"),
             "too_large at : The value has 21 bytes; the limit is 20."s);
    QCOMPARE(texts.describeOne(R"({"a":"012345678901"})"), "a:string=012345678901"s);
    QCOMPARE(texts.describeOne(R"({"a":{"b":1}})"), "a:json={\"b\":1}"s);
    QCOMPARE(texts.describeOne(R"({"a":{"b":[]}})"),
             "too_deep at a: Nested too deeply at byte 10: []}}."s);
    QCOMPARE(texts.describeOne(R"({"a":1e4})"), "a:double=1e4"s);
    QCOMPARE(texts.describeOne(R"({"a":1e-400})"),
             "out_of_range at a: Number with too many digits written out at byte 5: 1e-400}."s);
}

void TstDecoder::reusesItsPathsBetweenBatches()
{
    DecodeTexts texts;
    texts.describeOne(R"({"a":1,"b":2})");
    const std::size_t size = texts.decoder.paths().size();
    QCOMPARE(texts.describeOne(R"({"b":2,"a":1})"), "b:int53=2 a:int53=1"s);
    QCOMPARE(texts.decoder.paths().size(), size);
}

MR_TEST(TstDecoder)
#include "tst_decoder.moc"
