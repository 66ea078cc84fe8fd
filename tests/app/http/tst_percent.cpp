// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/percent.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstPercent : public QObject
{
    Q_OBJECT

private slots:
    void decodesEveryByte();
    void refusesWhatIsNoText_data();
    void refusesWhatIsNoText();
    void cutsAPathBeforeItDecodes();
};

void TstPercent::decodesEveryByte()
{
    QCOMPARE(*percentDecoded("a%20b%C3%bc%2f"), std::string("a b\xC3\xBC/"));
    QCOMPARE(*percentDecoded(""), std::string());
    for (int byte = 1; byte < 0x80; ++byte)
        QCOMPARE(*percentDecoded(QString::asprintf("%%%02X", byte).toStdString()),
                 std::string(1, static_cast<char>(byte)));
}

void TstPercent::refusesWhatIsNoText_data()
{
    QTest::addColumn<std::string>("text");
    for (const char* text : {"%", "a%2", "%2", "%g0", "%0g", "% 1", "%+1", "%-1", "%0x1", "%00",
                             "%ff", "%C3", "%ED%A0%80", "%C0%80"})
        QTest::newRow(text) << std::string(text);
}

void TstPercent::refusesWhatIsNoText()
{
    QFETCH(std::string, text);
    QVERIFY(!percentDecoded(text));
}

void TstPercent::cutsAPathBeforeItDecodes()
{
    using Segments = std::vector<std::string>;
    QCOMPARE(*pathSegments("/"), Segments{});
    QCOMPARE(*pathSegments("/a/b"), (Segments{"a", "b"}));
    QCOMPARE(*pathSegments("/a/b/"), (Segments{"a", "b"}));
    QCOMPARE(*pathSegments("/a%2Fb/%2e%2e."), (Segments{"a/b", "..."}));
    for (const char* path : {"", "a", "//", "/a//b", "/.", "/..", "/a/%2e%2E", "/%2e/a", "/%"})
        QVERIFY2(!pathSegments(path), path);
}

MR_TEST(TstPercent)
#include "tst_percent.moc"
