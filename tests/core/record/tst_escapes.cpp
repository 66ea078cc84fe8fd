// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/escapes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::record;
using namespace std::string_literals;

class TstEscapes : public QObject
{
    Q_OBJECT

private slots:
    void unescapes_data();
    void unescapes();
    void refuses_data();
    void refuses();
    void everyCodePointComesBack();
};

void TstEscapes::unescapes_data()
{
    QTest::addColumn<std::string>("raw");
    QTest::addColumn<std::string>("text");
    QTest::newRow("empty") << ""s
                           << ""s;
    QTest::newRow("nothing to do") << "plain é"s
                                   << "plain é"s;
    QTest::newRow("short ones") << R"(\"\\\/\b\f\n\r\t)"s
                                << "\"\\/\b\f\n\r\t"s;
    QTest::newRow("hex, either case") << R"(\u00e9\u00E9)"s
                                      << "éé"s;
    QTest::newRow("pair") << R"(a\ud83d\ude00b)"s
                          << "a😀b"s;
    QTest::newRow("two backslashes and a u") << R"(\\u0000)"s
                                             << R"(\u0000)"s;
    QTest::newRow("control characters") << R"(\u0001\u001f)"s
                                        << "\x01\x1f"s;
}

void TstEscapes::unescapes()
{
    QFETCH(std::string, raw);
    std::string text;
    QCOMPARE(unescape(raw, &text).status, EscapeResult::Status::Ok);
    QTEST(text, "text");
    QCOMPARE(unescape(raw, nullptr).status, EscapeResult::Status::Ok);
}

void TstEscapes::refuses_data()
{
    QTest::addColumn<std::string>("raw");
    QTest::addColumn<bool>("malformed");
    QTest::addColumn<int>("position");
    const auto row = [](const char* name, const char* raw, bool malformed, int position) {
        QTest::newRow(name) << std::string(raw) << malformed << position;
    };
    row("unknown letter", R"(ab\x)", true, 2);
    row("upper-case U", R"(\U0041)", true, 0);
    row("three digits", R"(\u004)", true, 0);
    row("not a digit", R"(\u00g4)", true, 0);
    row("last backslash", R"(a\)", true, 1);
    row("zero", R"(a\u0000)", false, 1);
    row("high alone", R"(\ud83d)", false, 0);
    row("high before text", R"(\ud83dabcdef)", false, 0);
    row("high before another escape", R"(\ud83d\n)", false, 0);
    row("high before no surrogate", R"(\ud83d\u0041)", false, 0);
    row("high twice", R"(\ud83d\ud83d\ude00)", false, 0);
    row("low alone", R"(x\ude00)", false, 1);
    row("reversed", R"(\ude00\ud83d)", false, 0);
    row("first of two", R"(\u0000\ud800)", false, 0);
    row("malformed outranks", R"(\u0000\q)", true, 6);
    row("malformed after a high one", R"(\ud83d\u00zz)", true, 6);
}

void TstEscapes::refuses()
{
    QFETCH(std::string, raw);
    QFETCH(bool, malformed);
    QFETCH(int, position);
    const EscapeResult result = unescape(raw, nullptr);
    QCOMPARE(result.status,
             malformed ? EscapeResult::Status::Malformed : EscapeResult::Status::Unrepresentable);
    QCOMPARE(result.position, static_cast<std::size_t>(position));
}

void TstEscapes::everyCodePointComesBack()
{
    for (char32_t point = 1; point <= 0x10ffff; ++point) {
        if (point == 0xd800)
            point = 0xe000;
        const QString text = QString::fromUcs4(&point, 1);
        std::string raw;
        for (const QChar unit : text) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", unit.unicode());
            raw += escape;
        }
        std::string back;
        const bool good =
            unescape(raw, &back).status == EscapeResult::Status::Ok && back == text.toStdString();
        QVERIFY2(good, raw.c_str());
    }
}

MR_TEST(TstEscapes)
#include "tst_escapes.moc"
