// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/reject_reason.h"
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

class TstRejectReason : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatIsNotJson_data();
    void saysWhatIsNotJson();
    void rejectsWithAClassAndAPlace_data();
    void rejectsWithAClassAndAPlace();
};

void TstRejectReason::saysWhatIsNotJson_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QString>("reject");
    const auto row = [](const char* name, std::string json, const char* reject) {
        QTest::newRow(name) << std::move(json) << QString(reject);
    };
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
}

void TstRejectReason::saysWhatIsNotJson()
{
    QFETCH(std::string, json);
    DecodeTexts texts;
    QTEST(QString::fromStdString(texts.describeOne(json)), "reject");
    QVERIFY(texts.decoded.cells.empty() && texts.decoded.loose.empty());
}

void TstRejectReason::rejectsWithAClassAndAPlace_data()
{
    QTest::addColumn<std::string>("json");
    QTest::addColumn<QString>("reject");
    const auto row = [](const char* name, std::string json, const char* reject) {
        QTest::newRow(name) << std::move(json) << QString(reject);
    };
    row("empty", "", "empty at : The value has no bytes; a tombstone would have no value.");
    row("white space", " \r\n\t", "empty at : The value is nothing but whitespace.");
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
    row("too many digits in an array", "{\"a\":[1e-200000]}",
        "out_of_range at a: Number with too many digits written out at byte 6: 1e-200000]}.");
    row("too deep", "{\"a\":" + nested(512) + "}",
        "too_deep at a: Nested too deeply at byte 516: []]]]]]]]]]]]]]]]]]]]]]].");
    row("far too deep", std::string(100'000, '['),
        "too_deep at : Nested too deeply at byte 512: [[[[[[[[[[[[[[[[[[[[[[[[.");
    row("schema registry", "\0\0\0\0\x2a\x02x"s,
        "framed at : The value begins like a schema registry frame (magic byte 0, schema id 42): "
        "Avro, Protobuf or framed JSON, not plain JSON.");
    row("gzip", "\x1f\x8b\x08\0\0"s,
        "framed at : The value is gzip, not JSON; compress topics, not values.");
}

void TstRejectReason::rejectsWithAClassAndAPlace()
{
    QFETCH(std::string, json);
    DecodeTexts texts;
    QTEST(QString::fromStdString(texts.describeOne(json)), "reject");
    QVERIFY(texts.decoded.cells.empty() && texts.decoded.loose.empty());
}

MR_TEST(TstRejectReason)
#include "tst_reject_reason.moc"
