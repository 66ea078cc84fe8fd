// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/gzip.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <zlib.h>

#include <random>

using namespace millrace::http;

class TstGzip : public QObject
{
    Q_OBJECT

private slots:
    void isTakenByWeight_data();
    void isTakenByWeight();
    void givesBackWhatWasWritten_data();
    void givesBackWhatWasWritten();
    void holdsNoMoreThanItsWindow();
    void answersAreCompressedWhereItIsWorthIt();
    void aStreamThatBreaksOffSaysItsLastWords();
};

namespace {

/// By the other half of the library; "broken" when it is no whole gzip file.
std::string unzipped(const std::string& bytes)
{
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    char piece[65'536];
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        state = inflate(&stream, Z_NO_FLUSH);
        out.append(piece, sizeof piece - stream.avail_out);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END && stream.avail_in == 0 ? out : "broken";
}

std::string noise(std::size_t size)
{
    std::mt19937 random(7);
    std::string bytes;
    while (bytes.size() < size)
        bytes += static_cast<char>(random());
    return bytes;
}

} // namespace

void TstGzip::isTakenByWeight_data()
{
    QTest::addColumn<std::string>("header");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* header, bool expected) {
        QTest::newRow(header) << std::string(header) << expected;
    };
    row("", false);
    row("gzip", true);
    row("GZip", true);
    row("x-gzip", true);
    row("br", false);
    row("gzip, deflate, br, zstd", true);
    row("deflate,gzip;q=0.5", true);
    row("gzip;q=0", false);
    row("gzip ; q=0.0", false);
    row("gzip;q=0.001", true);
    row("gzip;q=nonsense", false);
    row("*", true);
    row("*;q=0", false);
    row("*;q=0, gzip", true);
    row("*, gzip;q=0", false);
    row("identity", false);
    row("identity, gzip;q=0.5", false);
    row("identity;q=0.5, gzip", true);
    row("identity;q=0, gzip;q=0.1", true);
    row(",,gzip,,", true);
    row(";;;,", false);
    row("gzipped", false);
}

void TstGzip::isTakenByWeight()
{
    QFETCH(std::string, header);
    QFETCH(bool, expected);
    Request request{"GET", {}};
    request.acceptEncoding = header;
    QCOMPARE(takesGzip(request), expected);
    QVERIFY(!takesGzip({"GET", {}}));
}

void TstGzip::givesBackWhatWasWritten_data()
{
    QTest::addColumn<std::string>("bytes");
    QTest::newRow("nothing") << std::string();
    QTest::newRow("a word") << std::string("word");
    QTest::newRow("a million of one") << std::string(1'000'000, 'x');
    QTest::newRow("noise") << noise(300'000);
    QTest::newRow("zero bytes") << std::string(70'000, '\0');
}

void TstGzip::givesBackWhatWasWritten()
{
    QFETCH(std::string, bytes);
    QVERIFY(unzipped(zipped(bytes)) == bytes);
    for (const std::size_t piece : {std::size_t{1'000}, std::size_t{40'000}}) {
        Gzip gzip;
        std::string out;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            gzip.write(std::string_view(bytes).substr(at, piece), out);
        gzip.end(out);
        QVERIFY(unzipped(out) == bytes);
    }
}

void TstGzip::answersAreCompressedWhereItIsWorthIt()
{
    Request request{"GET", {}};
    request.acceptEncoding = "gzip";
    const auto zippedOf = [&request](Response response) {
        zip(response, request);
        return response;
    };
    Response large;
    large.body = std::string(zippedBytesMin, 'x');
    QCOMPARE(zippedOf(large).headers.size(), std::size_t{2});
    QVERIFY(unzipped(zippedOf(large).body) == large.body);
    Response done = large;
    done.headers.emplace_back("Content-Encoding", "gzip");
    QVERIFY(zippedOf(done).body == large.body);
    Response varies = large;
    varies.headers.emplace_back("Vary", "Accept, Accept-Encoding");
    QCOMPARE(zippedOf(varies).headers.size(), std::size_t{2});
    Response small;
    small.body = std::string(zippedBytesMin - 1, 'x');
    QVERIFY(zippedOf(small).headers.empty());
    request.acceptEncoding = "br";
    QVERIFY(zippedOf(large).headers.empty());
}

void TstGzip::aStreamThatBreaksOffSaysItsLastWords()
{
    Request request{"GET", {}};
    request.acceptEncoding = "gzip";
    Response response;
    response.stream = [](const WriteBytes& write) {
        write("and then");
        return false;
    };
    zip(response, request);
    std::string bytes;
    QVERIFY(!response.stream([&bytes](std::string_view some) {
        bytes += some;
        return true;
    }));
    QCOMPARE(unzipped(bytes), std::string("and then"));
}

/// What has been written comes out while more is written.
void TstGzip::holdsNoMoreThanItsWindow()
{
    Gzip gzip;
    std::string out;
    const std::string bytes = noise(1'000'000);
    gzip.write(bytes, out);
    QVERIFY(out.size() + 300'000 > bytes.size());
}

MR_TEST(TstGzip)
#include "tst_gzip.moc"
