// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/json_cursor.h"
#include "core/record/structural_index.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::record;
using namespace std::string_literals;

class TstJsonCursor : public QObject
{
    Q_OBJECT

private slots:
    void skipsExactlyOneTree_data();
    void skipsExactlyOneTree();
    void readsPlainAndOtherNumbersAlike_data();
    void readsPlainAndOtherNumbersAlike();
    void knowsWhichStringsHoldEscapes();
};

void TstJsonCursor::skipsExactlyOneTree_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("tree");
    QTest::newRow("array") << "[1,[],{}] 2"s
                           << "[1,[],{}]"s;
    QTest::newRow("object") << R"({"a":{"b":[{"c":null}]},"d":"x"},3)"s
                            << R"({"a":{"b":[{"c":null}]},"d":"x"})"s;
    QTest::newRow("scalar") << " true "s
                            << "true"s;
    QTest::newRow("string with spaces") << "\"a  \" ,"s
                                        << "\"a  \""s;
    QTest::newRow("empty") << "[ ]"s
                           << "[ ]"s;
    QTest::newRow("comma at the end") << "[1,]"s
                                      << ""s;
    QTest::newRow("comma at the end of an object") << "{\"a\":1,}"s
                                                   << ""s;
    QTest::newRow("closers crossed") << "[{]}"s
                                     << ""s;
    QTest::newRow("unclosed") << "[[1]"s
                              << ""s;
    QTest::newRow("value as key") << "{1:2}"s
                                  << ""s;
    QTest::newRow("no value") << "{\"a\":}"s
                              << ""s;
    QTest::newRow("colon in an array") << "[1:2]"s
                                       << ""s;
    QTest::newRow("words run together") << "[truefalse]"s
                                        << ""s;
    QTest::newRow("word cut short") << "[tru]"s
                                    << ""s;
}

void TstJsonCursor::skipsExactlyOneTree()
{
    QFETCH(std::string, text);
    QFETCH(std::string, tree);
    StructuralIndex index;
    QCOMPARE(index.load(text), StructuralIndex::Status::Ok);
    JsonCursor cursor{Limits{}};
    cursor.start(index.text(), text.size(), index.positions());
    const std::size_t begin = cursor.position();
    QCOMPARE(cursor.skipTree(0), !tree.empty());
    if (!tree.empty())
        QCOMPARE(text.substr(begin, cursor.end() - begin), tree);
}

void TstJsonCursor::readsPlainAndOtherNumbersAlike_data()
{
    QTest::addColumn<std::string>("literal");
    for (const char* literal : {"0",
                                "-0",
                                "7",
                                "-7",
                                "00",
                                "01",
                                "-01",
                                "123456789012345678",
                                "1234567890123456789",
                                "9007199254740992",
                                "9007199254740993",
                                "-9007199254740993",
                                "9223372036854775807",
                                "9223372036854775808",
                                "1.5",
                                "-1.5",
                                "0.5",
                                "00.5",
                                "1.",
                                ".5",
                                "1.5.5",
                                "1.5e3",
                                "1e5",
                                "12345678.1234567",
                                "123456789.1234567",
                                "1.50000000000000000000",
                                "1-1",
                                "--1",
                                "-"})
        QTest::newRow(literal) << std::string(literal);
}

void TstJsonCursor::readsPlainAndOtherNumbersAlike()
{
    QFETCH(std::string, literal);
    const NumberToken expected = readNumber(literal, Limits{}.numberDigitsMax);
    const bool whole =
        expected.status == NumberToken::Status::Ok && expected.length == literal.size();
    for (const std::string& after : {""s, " "s, "]"s, ", 1"s}) {
        const std::string text = literal + after;
        StructuralIndex index;
        QCOMPARE(index.load(text), StructuralIndex::Status::Ok);
        JsonCursor cursor{Limits{}};
        cursor.start(index.text(), text.size(), index.positions());
        NumberToken token;
        QCOMPARE(cursor.number(token), whole);
        if (!whole)
            continue;
        QCOMPARE(token.kind, expected.kind);
        QCOMPARE(token.integer, expected.integer);
        QCOMPARE(token.length, expected.length);
        QCOMPARE(cursor.end(), literal.size());
    }
}

void TstJsonCursor::knowsWhichStringsHoldEscapes()
{
    const std::string text = R"("a""b\n" "c" "\\" "d\"" "e")";
    StructuralIndex index;
    QCOMPARE(index.load(text), StructuralIndex::Status::Ok);
    JsonCursor cursor{Limits{}};
    cursor.start(index.text(), text.size(), index.positions());
    for (const bool escaped : {false, true, false, true, true, false}) {
        StringToken token;
        QVERIFY(cursor.string(token));
        QCOMPARE(token.escaped, escaped);
        QCOMPARE(token.raw.find('\\') != std::string_view::npos, escaped);
    }
    QVERIFY(cursor.finish());
}

MR_TEST(TstJsonCursor)
#include "tst_json_cursor.moc"
