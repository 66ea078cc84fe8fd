// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"
#include "tests/support/test_registry.h"

#include <QCryptographicHash>
#include <QtTest/QtTest>

using namespace millrace;
using namespace std::string_literals;

class TstHash : public QObject
{
    Q_OBJECT

private slots:
    void staysTheSameBetweenVersions();
    void hashesPiecesLikeTheWhole();
    void seedsChangeIt();
    void tellsNumbersFromTheirText();
    void agreesWithAnotherSha256();
    void writesLowerCaseHexadecimal();
};

void TstHash::staysTheSameBetweenVersions()
{
    // published test vector of XXH3-64 for no bytes, seed 0
    QCOMPARE(hash64(""), 0x2d06'8005'38d3'94c2U);
}

void TstHash::hashesPiecesLikeTheWhole()
{
    for (const std::size_t size : {0U, 3U, 16U, 200U, 241U, 5'000U}) {
        const std::string text(size, 'x');
        Hasher64 hasher;
        hasher.add("left over");
        hasher.reset();
        hasher.add(std::string_view(text).substr(0, size / 3));
        hasher.add(std::string_view(text).substr(size / 3));
        QCOMPARE(hasher.digest(), hash64(text));
    }
}

void TstHash::seedsChangeIt()
{
    QCOMPARE(hash64("key", 0), hash64("key"));
    QVERIFY(hash64("key", 1) != hash64("key", 2));
}

void TstHash::tellsNumbersFromTheirText()
{
    Hasher64 number;
    number.addNumber(-2);
    QCOMPARE(number.digest(), hash64("\xfe\xff\xff\xff\xff\xff\xff\xff"));
}

void TstHash::agreesWithAnotherSha256()
{
    for (const std::string& text : {""s, "abc"s, "a\0b"s, std::string(100'000, 'z')}) {
        const Sha256 digest = sha256(text);
        const QByteArray bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
        QCOMPARE(bytes, QCryptographicHash::hash(QByteArray::fromStdString(text),
                                                 QCryptographicHash::Sha256));
    }
}

void TstHash::writesLowerCaseHexadecimal()
{
    QCOMPARE(hex("\x00\x1f\xab\xff"s), "001fabff"s);
    QCOMPARE(hex(""), ""s);
}

MR_TEST(TstHash)
#include "tst_hash.moc"
