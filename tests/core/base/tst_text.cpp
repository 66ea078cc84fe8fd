// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace std::string_literals;

class TstText : public QObject
{
    Q_OBJECT

private slots:
    void tellsUtf8FromOtherBytes_data();
    void tellsUtf8FromOtherBytes();
    void cutsOnACharacterBoundary();
    void makesHostileTextPrintableOnOneLine();
    void encodesBase64();
};

void TstText::tellsUtf8FromOtherBytes_data()
{
    QTest::addColumn<std::string>("bytes");
    QTest::addColumn<bool>("valid");
    QTest::newRow("empty") << ""s << true;
    QTest::newRow("greek") << "κόσμε"s << true;
    QTest::newRow("highest") << "\xf4\x8f\xbf\xbf"s << true;
    QTest::newRow("beyond the highest") << "\xf4\x90\x80\x80"s << false;
    QTest::newRow("overlong slash") << "\xc0\xaf"s << false;
    QTest::newRow("surrogate") << "\xed\xa0\x80"s << false;
    QTest::newRow("cut short") << "\xe2\x82"s << false;
    QTest::newRow("lone continuation") << "a\x80"s << false;
    QTest::newRow("zero byte is a character") << "a\0b"s << true;
}

void TstText::tellsUtf8FromOtherBytes()
{
    QFETCH(std::string, bytes);
    QFETCH(bool, valid);
    QCOMPARE(isUtf8(bytes), valid);
}

void TstText::cutsOnACharacterBoundary()
{
    QCOMPARE(cutUtf8("aé", 2), std::string_view("a"));
    QCOMPARE(cutUtf8("aé", 3), std::string_view("aé"));
    QCOMPARE(cutUtf8("€€", 5), std::string_view("€"));
}

void TstText::makesHostileTextPrintableOnOneLine()
{
    QCOMPARE(printable("a\r\nb\x1b[31m"), "a\\u{d}\\u{a}b\\u{1b}[31m"s);
    QCOMPARE(printable("\xff\\"), "\\xff\\\\"s);
    QCOMPARE(printable("x\u202ey"), "x\\u{202e}y"s);
    QVERIFY(printable(std::string(10'000, 'a')).size() < 2'100);
}

void TstText::encodesBase64()
{
    QCOMPARE(base64(""), ""s);
    QCOMPARE(base64("f"), "Zg=="s);
    QCOMPARE(base64("fo"), "Zm8="s);
    QCOMPARE(base64("foobar"), "Zm9vYmFy"s);
    QCOMPARE(base64("\xff\xfe\0"s), "//4A"s);
}

MR_TEST(TstText)
#include "tst_text.moc"
