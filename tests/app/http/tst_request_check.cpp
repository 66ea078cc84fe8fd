// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/request_check.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;
using namespace std::string_view_literals;

class TstRequestCheck : public QObject
{
    Q_OBJECT

private slots:
    void knowsTokens();
    void knowsTargets();
    void missesWhatIsNotTold();
    void findsWhatOthersReadOtherwise_data();
    void findsWhatOthersReadOtherwise();
};

void TstRequestCheck::knowsTokens()
{
    for (const auto token : {"GET"sv, "x-Y.z_9"sv, "!#$%&'*+-.^_`|~"sv})
        QVERIFY2(isToken(token), token.data());
    for (const auto text : {""sv, "a b"sv, "a\tb"sv, "a:b"sv, "<a>"sv, "\xc3\xbc"sv, "a\0b"sv,
                            "a\x7f"sv, "a(b)"sv, "a/b"sv})
        QVERIFY2(!isToken(text), text.data());
}

void TstRequestCheck::knowsTargets()
{
    for (const auto target : {"/"sv, "/a/b?c=%00&d"sv, "/\xc3\xbc"sv, "/a?b?/~!$'()*+,;=:@"sv})
        QVERIFY2(isTarget(target), target.data());
    for (const auto text : {""sv, "*"sv, "a"sv, "http://a/b"sv, "/a b"sv, "/a#b"sv, "/a\0"sv,
                            "/\x1f"sv, "/\x7f"sv, "/a\tb"sv, "?a"sv})
        QVERIFY2(!isTarget(text), text.data());
}

void TstRequestCheck::missesWhatIsNotTold()
{
    const std::string_view bytes = "GET\0/a\0HTTP/1.1\r\nX: b\0c\r\n\r\n"sv;
    const auto piece = [&](std::string_view text) {
        return bytes.substr(bytes.find(text), text.size());
    };
    const std::vector<std::string_view> line{piece("GET"), piece("/a"), piece("HTTP/1.1")};
    const auto with = [&](std::vector<std::string_view> more) {
        more.insert(more.begin(), line.begin(), line.end());
        return more;
    };
    QVERIFY(isAllTold(bytes, with({piece("X"), piece("b"), piece("c")})));
    QVERIFY(isAllTold(bytes, with({piece("X"), piece("b\0c"sv)})));
    QVERIFY(!isAllTold(bytes, with({piece("X"), piece("b")})));
    QVERIFY(!isAllTold(bytes, with({})));
    QVERIFY(!isAllTold(bytes, with({piece("X"), "bc", piece("c")})));
    QVERIFY(!isAllTold(bytes, {piece("GET"), piece("HTTP/1.1"), piece("X"), piece("b\0c"sv)}));
    QVERIFY(isAllTold(" \r\n"sv, {}));
    QVERIFY(!isAllTold("a"sv, {}));
}

void TstRequestCheck::findsWhatOthersReadOtherwise_data()
{
    QTest::addColumn<std::vector<RawHeader>>("headers");
    QTest::addColumn<QByteArray>("fault");
    const auto row = [](const char* name, std::vector<RawHeader> headers, const char* fault) {
        QTest::newRow(name) << std::move(headers) << QByteArray(fault);
    };
    row("none", {}, "");
    row("usual ones", {{"Host", "a"}, {"Accept", "x"}, {"accept", "y"}, {"X", ""}}, "");
    row("a tab and UTF-8 in a value", {{"X", "a\tb\xc3\xbc"}}, "");
    row("a length", {{"Content-Length", "0120"}}, "");
    row("an encoding", {{"Transfer-Encoding", "chunked"}}, "");
    row("a name with a space", {{"X ", "a"}}, "name");
    row("no name", {{"", "a"}}, "name");
    row("a zero in a value", {{"X", "a\0b"sv}}, "control");
    row("a line end in a value", {{"X", "a\nb"}}, "control");
    row("two hosts", {{"Host", "a"}, {"hOST", "a"}}, "one Host");
    row("two lengths", {{"Content-Length", "5"}, {"content-length", "5"}}, "one Host");
    row("length and encoding", {{"Transfer-Encoding", "x"}, {"CONTENT-LENGTH", "5"}}, "not both");
    for (const char* length : {"", "-1", "+1", "0x5", "5, 5", "5 5", "five", "1.0"})
        row(qPrintable(QStringLiteral("length '%1'").arg(length)), {{"Content-length", length}},
            "is a number");
}

void TstRequestCheck::findsWhatOthersReadOtherwise()
{
    QFETCH(std::vector<RawHeader>, headers);
    QFETCH(QByteArray, fault);
    const auto found = faultOf(headers);
    const QByteArray told = found ? QByteArray(found->data(), static_cast<int>(found->size())) : "";
    QCOMPARE(found.has_value(), !fault.isEmpty());
    QVERIFY2(told.contains(fault), told);
}

MR_TEST(TstRequestCheck)
#include "tst_request_check.moc"
