// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/object_reader.h"
#include "tests/core/record/decoded_text.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::record;
using namespace millrace::tests;
using namespace std::string_literals;

namespace {

std::string nested(int depth)
{
    const auto size = static_cast<std::size_t>(depth);
    return std::string(size, '[') + std::string(size, ']');
}

} // namespace

class TstObjectReader : public QObject
{
    Q_OBJECT

private slots:
    void decodesValues_data();
    void decodesValues();
    void keepsValuesOfPathsBeyondTheDictionary();
    void pointsIntoTheMessage();
};

void TstObjectReader::decodesValues_data()
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

void TstObjectReader::decodesValues()
{
    QFETCH(std::string, json);
    DecodeTexts texts;
    QTEST(QString::fromStdString(texts.describeOne(json)), "record");
    QCOMPARE(texts.decoded.duplicateKeys, 0u);
    QTEST(QString::fromStdString(texts.describeOne(json)), "record");
}

void TstObjectReader::keepsValuesOfPathsBeyondTheDictionary()
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

void TstObjectReader::pointsIntoTheMessage()
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

MR_TEST(TstObjectReader)
#include "tst_object_reader.moc"
