// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/decoder.h"
#include "tests/core/record/decoded_text.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::record;
using namespace millrace::tests;
using namespace std::string_literals;

namespace {

std::string repeated(const std::string& text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

std::string nested(int depth)
{
    return repeated("[", depth) + repeated("]", depth);
}

} // namespace

class TstDecoder : public QObject
{
    Q_OBJECT

private slots:
    void decodesValues_data();
    void decodesValues();
    void rejectsWithAClassAndAPlace_data();
    void rejectsWithAClassAndAPlace();
    void lastOfDuplicateKeysWins_data();
    void lastOfDuplicateKeysWins();
    void tellsTombstonesFromEmptyValues();
    void keepsTheNeighboursOfARejectedRecord();
    void pointsIntoTheMessage();
    void stripsAndCountsByteOrderMarks();
    void refusesBeyondTheLimits();
    void keepsValuesOfPathsBeyondTheDictionary();
    void reusesItsPathsBetweenBatches();
    void worksInLinearTimeOnManyDuplicates();
};

void TstDecoder::decodesValues_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QString>("record");
    const auto row = [](const char* name, std::string json, const char* record) {
        QTest::newRow(name) << std::move(json) << QString(record);
    };
    row("scalars", R"({"a":1,"b":-2.5,"c":"x","d":true,"e":false,"f":null})",
        "a:int53=1 b:double=-2.5 c:string=x d:bool=true e:bool=false");
    row("white space", " \n{ \"a\" :\t1 , \"b\" : \"x \" , \"c\" : [ ] }\r\n ",
        "a:int53=1 b:string=x  c:json=[ ]");
    row("kinds of numbers", R"({"a":9007199254740993,"b":9223372036854775808,"c":1e5})",
        "a:int64=9007199254740993 b:number=9223372036854775808 c:double=1e5");
    row("time", R"({"t":"2024-05-01T10:00:00Z","u":"2024-02-30T10:00:00Z"})",
        "t:timestamp=2024-05-01T10:00:00Z u:string=2024-02-30T10:00:00Z");
    row("nested", R"({"a":{"b":{"c":1}},"d":2})", "a.b.c:int53=1 d:int53=2");
    row("depth limit", R"({"a":{"b":{"c":{"d":{"e":{"f":{"g":1}},"h":2}}}}})",
        "a.b.c.d.e:json={\"f\":{\"g\":1}} a.b.c.d.h:int53=2");
    row("empty objects are absent", R"({"a":{},"b":{"c":{}},"d":{"e":null},"f":1})", "f:int53=1");
    row("empty object at the depth limit", R"({"a":{"b":{"c":{"d":{"e":{ }}}}}})", "");
    row("empty record", "{}", "");
    row("arrays", R"({"a":[1,{"b":[]},"x\u00e9"],"c":[]})",
        "a:json=[1,{\"b\":[]},\"x\\u00e9\"] "
        "c:json=[]");
    row("escapes", R"({"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})", "a:string=\"\\/\b\f\n\r\té😀");
    row("escaped key", R"({"\u0061b":1,"a\"c":2,"":3})",
        "ab:int53=1 \"a\\\"c\":int53=2 "
        "\"\":int53=3");
    row("escaped time", R"({"t":"2024\u002d05-01T10:00:00Z"})", "t:timestamp=2024-05-01T10:00:00Z");
    row("array as message", " [1, 2] ", "(message):json=[1, 2]");
    row("text as message", "\"x\"", "(message):json=\"x\"");
    row("null as message", "null", "(message):json=null");
    row("number as message", " -0.0", "(message):json=-0.0");
    row("id-like keys", R"({"u":{"17":{"n":1,"m":null},"x":2,"18":{},"19":null,"20":"s"}})",
        "u.x:int53=2 ~u.17:json={\"n\":1,\"m\":null} ~u.20:string=\"s\"");
    row("deepest allowed", "{\"a\":" + nested(511) + "}", ("a:json=" + nested(511)).c_str());
}

void TstDecoder::decodesValues()
{
    QFETCH(std::string, json);
    DecodeTexts texts;
    QTEST(QString::fromStdString(texts.describeOne(json)), "record");
    QCOMPARE(texts.decoded.duplicateKeys, 0u);
    QTEST(QString::fromStdString(texts.describeOne(json)), "record");
}

void TstDecoder::rejectsWithAClassAndAPlace_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QString>("reject");
    const auto row = [](const char* name, std::string json, const char* reject) {
        QTest::newRow(name) << std::move(json) << QString(reject);
    };
    row("empty", "", "empty at : The value has no bytes; a tombstone would have no value.");
    row("white space", " \r\n\t", "empty at : The value is nothing but whitespace.");
    row("words", "hello", "not_json at : Expected a value at byte 0: hello.");
    row("cut short", "{\"a\":1", "not_json at : Expected a comma or } at byte 6, the end.");
    row("cut in a string", "{\"a\":\"1", "not_json at : Unclosed string at byte 7, the end.");
    row("trailing comma", "{\"a\":1,}",
        "not_json at : Expected a key in double quotes at byte 7: }.");
    row("two commas", "[1,,2]", "not_json at : Expected a value at byte 3: ,2].");
    row("two documents", "{} {}", "not_json at : Unexpected text after the message at byte 3: {}.");
    row("wrong closer", "[1}", "not_json at : Expected a comma or ] at byte 2: }.");
    row("leading zero", "{\"a\":01}",
        "not_json at a: Unexpected text after a value at byte 6: 1}.");
    row("no colon", "{\"a\" 1}", "not_json at a: Expected a colon at byte 5: 1}.");
    row("text after a string", "{\"a\":\"b\"c}",
        "not_json at : Expected a comma or } at byte 8: c}.");
    row("text after a number", "{\"a\":1\"b\"}",
        "not_json at a: Unexpected text after a value at byte 6: \"b\"}.");
    row("NaN", "{\"a\":NaN}", "not_json at a: Expected a value at byte 5: NaN}.");
    row("single quotes", "{'a':1}",
        "not_json at : Expected a key in double quotes at byte 1: "
        "'a':1}.");
    row("comment", "{/**/}", "not_json at : Expected a key in double quotes at byte 1: /**/}.");
    row("form feed", "[\f1]", "not_json at : Expected a value at byte 1: \\u{c}1].");
    row("control character", "{\"a\":\"x\ny\"}",
        "not_json at : Control character in a string at byte 7: \\u{a}y\"}.");
    row("unknown escape", R"({"a":"\x"})",
        "not_json at a: Malformed escape in a string at byte "
        "6: \\\\x\"}.");
    row("unknown escape in an array", R"({"a":["\x"]})",
        "not_json at a: Malformed escape in a string at byte 7: \\\\x\"]}.");
    row("bad UTF-8", "{\"a\":\"\xff\"}", "not_utf8 at : Not UTF-8 at byte 6: \\xff\"}.");
    row("overlong", "{\"a\":\"\xc0\xaf\"}", "not_utf8 at : Not UTF-8 at byte 6: \\xc0\\xaf\"}.");
    row("UTF-16", "{\0\"\0a\0\"\0:\0001\0}\0"s,
        "not_utf8 at : The value is UTF-16 text; JSON between programs must be UTF-8.");
    row("zero character", R"({"b":{"a":"x\u0000"}})",
        "unrepresentable_text at b.a: U+0000 or half a surrogate pair, which database text cannot "
        "hold, at byte 12: \\\\u0000\"}}.");
    row("zero character in an array", R"({"a":[{"b":"\u0000"}]})",
        "unrepresentable_text at a: U+0000 or half a surrogate pair, which database text cannot "
        "hold, at byte 12: \\\\u0000\"}]}.");
    row("zero character in a key", R"({"\u0000":1})",
        "unrepresentable_text at : U+0000 or half a surrogate pair, which database text cannot "
        "hold, at byte 2: \\\\u0000\":1}.");
    row("lone surrogate", R"(["\ud800"])",
        "unrepresentable_text at : U+0000 or half a surrogate pair, which database text cannot "
        "hold, at byte 2: \\\\ud800\"].");
    row("reversed surrogates", R"(["\ude00\ud83d"])",
        "unrepresentable_text at : U+0000 or half a surrogate pair, which database text cannot "
        "hold, at byte 2: \\\\ude00\\\\ud83d\"].");
    row("too many digits", "{\"a\":1e131071}",
        "out_of_range at a: Number with too many digits written out at byte 5: 1e131071}.");
    row("too many digits in an array", "{\"a\":[1e-2000]}",
        "out_of_range at a: Number with too many digits written out at byte 6: 1e-2000]}.");
    row("too deep", "{\"a\":" + nested(512) + "}",
        "too_deep at a: Nested too deeply at byte 516: []]]]]]]]]]]]]]]]]]]]]]].");
    row("far too deep", repeated("[", 100'000),
        "too_deep at : Nested too deeply at byte 512: [[[[[[[[[[[[[[[[[[[[[[[[.");
    row("schema registry", "\0\0\0\0\x2a\x02x"s,
        "framed at : The value begins like a schema registry frame (magic byte 0, schema id 42): "
        "Avro, Protobuf or framed JSON, not plain JSON.");
    row("gzip", "\x1f\x8b\x08\0\0"s,
        "framed at : The value is gzip, not JSON; compress topics, not values.");
}

void TstDecoder::rejectsWithAClassAndAPlace()
{
    QFETCH(std::string, json);
    DecodeTexts texts;
    QTEST(QString::fromStdString(texts.describeOne(json)), "reject");
    QVERIFY(texts.decoded.cells.empty() && texts.decoded.loose.empty());
}

void TstDecoder::lastOfDuplicateKeysWins_data()
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
    QTest::newRow("same key elsewhere") << R"({"a":{"x":1},"b":{"x":2}})"s
                                        << "a.x:int53=1 b.x:int53=2" << 0;
}

void TstDecoder::lastOfDuplicateKeysWins()
{
    QFETCH(std::string, json);
    QFETCH(int, duplicates);
    DecodeTexts texts;
    for (int pass = 0; pass < 2; ++pass) {
        QTEST(QString::fromStdString(texts.describeOne(json)), "record");
        QCOMPARE(texts.decoded.duplicateKeys, static_cast<std::uint64_t>(duplicates));
    }
}

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

void TstDecoder::pointsIntoTheMessage()
{
    const std::string value = R"({"a":"plain","b":[1],"c":1.5})";
    Message message;
    message.hasValue = true;
    message.value = value;
    Decoder decoder{Limits{}};
    Decoded decoded;
    decoder.decode({&message, 1}, decoded);
    for (const Cell& cell : decoded.cells)
        QVERIFY(cell.text >= value.data() && cell.text < value.data() + value.size());
    QVERIFY(decoded.texts.empty());
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

void TstDecoder::keepsValuesOfPathsBeyondTheDictionary()
{
    DecodeTexts texts;
    std::string json = "{\"map\":{";
    for (std::uint32_t i = 0; i < PathDictionary::childrenMax; ++i)
        json += "\"k" + std::to_string(i) + "\":1,";
    texts.decode({json + "\"z\":{\"y\":\"s\",\"x\":[2],\"y\":true}}}",
                  R"({"map":{"k0":{"a":1},"z":{"y":null}}})"});
    QCOMPARE(texts.decoded.records[0].cellEnd, PathDictionary::childrenMax);
    QCOMPARE(texts.decoded.loose.size(), 2u);
    QCOMPARE(texts.decoded.duplicateKeys, 1u);
    QCOMPARE(schema::displayPath(texts.decoded.loose[0].path), "map.z.x"s);
    QCOMPARE(texts.decoded.loose[0].json, "[2]"s);
    QCOMPARE(texts.decoded.loose[1].json, "true"s);
    QCOMPARE(texts.describe(1), "map.k0.a:int53=1"s);
}

void TstDecoder::reusesItsPathsBetweenBatches()
{
    DecodeTexts texts;
    texts.describeOne(R"({"a":1,"b":2})");
    const std::size_t size = texts.decoder.paths().size();
    QCOMPARE(texts.describeOne(R"({"b":2,"a":1})"), "b:int53=2 a:int53=1"s);
    QCOMPARE(texts.decoder.paths().size(), size);
}

void TstDecoder::worksInLinearTimeOnManyDuplicates()
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

MR_TEST(TstDecoder)
#include "tst_decoder.moc"
