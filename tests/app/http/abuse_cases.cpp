// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/http/abuse_cases.h"

namespace millrace::tests {

namespace {

using Cases = std::vector<AbuseCase>;

QByteArray bytes(const char* text, qsizetype size)
{
    return {text, size};
}

/// A zero byte cannot stand in a literal's middle.
QByteArray withZero(QByteArray text)
{
    return text.replace('@', '\0');
}

QByteArray get(const QByteArray& target)
{
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

QByteArray headed(const QByteArray& headers)
{
    return "GET /health HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

QByteArray posted(const QByteArray& headers, const QByteArray& body)
{
    return "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
           headers + "\r\n" + body;
}

void addTargets(Cases& cases)
{
    const auto add = [&cases](const char* name, const QByteArray& target,
                              const char* outcomes = "400") {
        cases.push_back({QByteArray("target: ") + name, get(target), outcomes});
    };
    add("absolute form", "http://localhost/health");
    add("absolute form, foreign", "http://evil.example/health");
    add("absolute form, https", "https://localhost/health");
    add("no slash", "health");
    add("star", "*");
    add("question mark alone", "?a=b");
    add("authority", "localhost:80");
    add("zero", "/echo/a%00b");
    add("zero in query", "/health?a=%00");
    add("zero in a name", "/health?a%00=b");
    add("up", "/echo/..");
    add("up, encoded", "/echo/%2e%2e");
    add("up, half encoded", "/echo/.%2E");
    add("here", "/./health");
    add("doubled slash", "//health");
    add("doubled slash inside", "/echo//w");
    add("lone percent", "/echo/%");
    add("half an escape", "/echo/%4");
    add("no digits", "/echo/%g0");
    add("signed digits", "/echo/%-1");
    add("spaced digits", "/echo/%+1");
    add("hex prefix", "/echo/%0x");
    add("UTF-8: lone byte", "/echo/%ff");
    add("UTF-8: lone continuation", "/echo/%80");
    add("UTF-8: overlong slash", "/echo/%c0%af");
    add("UTF-8: overlong zero", "/echo/%c0%80");
    add("UTF-8: surrogate", "/echo/%ed%a0%80");
    add("UTF-8: too large", "/echo/%f4%90%80%80");
    add("UTF-8: cut short", "/echo/%e2%82");
    add("UTF-8: raw", "/echo/\xff");
    add("UTF-8: raw in query", "/health?a=\xfe");
    add("UTF-8: in query", "/health?a=%c3%28");
    add("UTF-8: in a name", "/health?%ff=1");
    add("IIS escape", "/echo/%u002e");
    add("raw zero", withZero("/health@"));
    add("raw zero inside", withZero("/he@alth"));
    add("raw zero in query", withZero("/health?a=b@c"));
    add("raw escape", "/echo/\x1b[31m");
    add("raw bell", "/echo/a\ab");
    add("raw delete", "/echo/a\x7f");
    add("raw control in query", "/health?a=\x01");
    add("tab", "/echo/a\tb");
    add("carriage return inside", "/echo/a\rb");
    add("space inside", "/echo/a b", "400 cut");
    add("fragment", "/health#part");
    add("overlong path", "/" + QByteArray(100'000, 'a'), "414 cut");
    add("overlong escapes", "/" + QByteArray("%61").repeated(20'000), "414 cut");
    add("many segments", QByteArray("/a").repeated(30'000), "414 cut");
    add("1 MB query", "/health?q=" + QByteArray(1'000'000, 'a'), "414 cut");
    add("many parameters", "/health?" + QByteArray("a&").repeated(50'000), "414 cut");
}

void addLines(Cases& cases)
{
    const auto add = [&cases](const char* name, const QByteArray& request,
                              const char* outcomes = "400") {
        cases.push_back({QByteArray("line: ") + name, request, outcomes});
    };
    const QByteArray host = "\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    add("nothing but ends", QByteArray("\r\n").repeated(2'000), "cut 400");
    add("half a line", "GET /hea", "cut");
    add("a line and no more", "GET /health HTTP/1.1\r\n", "cut");
    add("headers without an end", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: ", "cut");
    add("one word", "GET\r\n\r\n", "400 cut");
    add("two words", "GET /health\r\n\r\n", "400 cut");
    add("two words and a host", "GET /health" + host, "400 cut");
    add("version 0.9", "GET /health HTTP/0.9" + host, "505");
    add("version 2.0", "GET /health HTTP/2.0" + host, "505");
    add("version 3", "GET /health HTTP/3" + host, "400 cut");
    add("version 1.11", "GET /health HTTP/1.11" + host, "400 cut");
    add("version 9.9", "GET /health HTTP/9.9" + host, "505");
    add("version in small letters", "GET /health http/1.1" + host, "400 cut");
    add("version of something else", "GET /health ICY/1.1" + host, "400 cut");
    add("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505");
    add("TLS hello",
        bytes("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + QByteArray(500, '\x5a') +
            "\r\n\r\n",
        "400 cut");
    add("zeros", QByteArray(5'000, '\0'), "400 cut");
    add("noise", QByteArray("\x80\x81\xfe\xff\x01").repeated(2'000), "400 cut");
    add("endless line", QByteArray(1'000'000, 'G'), "414 431 400 cut");
    add("method in small letters", "get /health HTTP/1.1" + host, "405 400");
    add("unknown method", "BREW /health HTTP/1.1" + host, "405");
    add("method with a zero", withZero("G@ET /health HTTP/1.1") + host, "400 405 cut");
    add("method of brackets", "G<E>T /health HTTP/1.1" + host, "400 405");
    add("endless method", QByteArray(50'000, 'M') + " /health HTTP/1.1" + host,
        "414 431 405 400 cut");
    add("CONNECT", "CONNECT localhost:80 HTTP/1.1" + host, "400 405");
    add("TRACE", "TRACE /health HTTP/1.1" + host, "405");
    add("leading space", " GET /health HTTP/1.1" + host, "400 cut 405");
    add("tabs between", "GET\t/health\tHTTP/1.1" + host, "400 cut");
    add("word behind", "GET /health HTTP/1.1 x" + host, "400 cut");
}

void addHeaders(Cases& cases)
{
    const auto add = [&cases](const char* name, const QByteArray& headers,
                              const char* outcomes = "400") {
        cases.push_back({QByteArray("header: ") + name, headed(headers), outcomes});
    };
    cases.push_back({"header: no host", "GET /health HTTP/1.1\r\n\r\n", "400"});
    cases.push_back({"header: empty host",
                     "GET /health HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", "400 421"});
    add("host twice, the same", "Host: localhost\r\n");
    add("host twice, another", "Host: evil.example\r\n");
    add("host twice, in small letters", "host: localhost\r\n");
    cases.push_back({"header: foreign host",
                     "GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
                     "421"});
    cases.push_back({"header: host with a path",
                     "GET /health HTTP/1.1\r\nHost: localhost/x\r\nConnection: close\r\n\r\n",
                     "400 421"});
    cases.push_back({"header: two hosts in one",
                     "GET /health HTTP/1.1\r\nHost: localhost, evil\r\nConnection: close\r\n\r\n",
                     "400 421"});
    cases.push_back({"header: host with a zero",
                     withZero("GET /health HTTP/1.1\r\nHost: localhost@.evil\r\n\r\n"), "400 cut"});
    add("folded", "X: a\r\n b\r\n");
    add("folded by a tab", "X: a\r\n\tb\r\n");
    cases.push_back(
        {"header: host folded", "GET /health HTTP/1.1\r\nHost:\r\n localhost\r\n\r\n", "400"});
    cases.push_back({"header: folded before the first",
                     "GET /health HTTP/1.1\r\n X: a\r\nHost: localhost\r\n\r\n", "400 cut"});
    add("space before the colon", "X : a\r\n");
    add("tab before the colon", "X\t: a\r\n");
    add("length with a space before the colon", "Content-Length : 5\r\n");
    add("no colon", "nothing at all\r\n", "400 cut");
    add("no name", ": a\r\n");
    add("name with a space", "X Y: a\r\n");
    add("name with a zero", withZero("X@Y: a\r\n"));
    add("name not ASCII", "X\xc3\xbc: a\r\n");
    add("name in brackets", "<x>: a\r\n");
    add("value with a zero", withZero("X: a@b\r\n"));
    add("value with a carriage return", "X: a\rb\r\n");
    add("value with a control", "X: a\x01\r\n");
    add("value with an escape", "X: \x1b[2J\r\n");
    add("100,000 of them", QByteArray("X: a\r\n").repeated(100'000), "431 cut");
    add("one of 1 MB", "X: " + QByteArray(1'000'000, 'a') + "\r\n", "431 cut");
    add("one name of 100 KB", QByteArray(100'000, 'X') + ": a\r\n", "431 400 cut");
    add("token of 100 KB", "Authorization: Bearer " + QByteArray(100'000, 'a') + "\r\n", "431 cut");
}

void addLengths(Cases& cases)
{
    const auto add = [&cases](const char* name, const QByteArray& headers, const QByteArray& body,
                              const char* outcomes = "400") {
        cases.push_back({QByteArray("length: ") + name, posted(headers, body), outcomes});
    };
    const QByteArray chunked = "Transfer-Encoding: chunked\r\n";
    const QByteArray five = "Content-Length: 5\r\n";
    const QByteArray end = "0\r\n\r\n";
    add("and chunked", five + chunked, end);
    add("behind chunked", chunked + five, end);
    add("and chunked, with a request behind", five + chunked, end + get("/health"));
    add("twice, the same", five + five, "hello");
    add("twice, others", five + "Content-Length: 6\r\n", "hello");
    add("list", "Content-Length: 5, 5\r\n", "hello");
    add("list of others", "Content-Length: 5, 6\r\n", "hello");
    add("negative", "Content-Length: -1\r\n", "hello");
    add("with a plus", "Content-Length: +5\r\n", "hello");
    add("hex", "Content-Length: 0x5\r\n", "hello");
    add("word", "Content-Length: five\r\n", "hello");
    add("empty", "Content-Length:\r\n", "hello");
    add("fraction", "Content-Length: 5.0\r\n", "hello");
    add("with a space inside", "Content-Length: 5 5\r\n", "hello");
    add("beyond 64 bits", "Content-Length: 99999999999999999999999\r\n", "hello", "400 413");
    add("64 bits and a wrap", "Content-Length: 18446744073709551621\r\n", "hello", "400 413");
    add("all of 64 bits", "Content-Length: 18446744073709551615\r\n", "hello", "400 413");
    add("1 TB", "Content-Length: 1099511627776\r\n", "hello", "413");
    add("more than comes", "Content-Length: 50\r\n", "hello", "cut");
    add("and nothing comes", five, "", "cut");
    add("chunked", chunked, "5\r\nhello\r\n" + end, "411");
    add("endless chunks", chunked, QByteArray("5\r\nhello\r\n").repeated(100'000), "411 cut");
    add("chunk of 64 bits", chunked, "ffffffffffffffff\r\nhello", "411");
    add("chunk with a sign", chunked, "-5\r\nhello\r\n" + end, "411");
    add("chunk without digits", chunked, "\r\nhello\r\n" + end, "411");
    add("identity", "Transfer-Encoding: identity\r\n", "", "400 411");
    add("gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n", end, "400 411");
    add("chunked twice", chunked + chunked, end, "400 411");
    add("chunked, disguised", "Transfer-Encoding: xchunked\r\n" + five, "hello");
    add("chunked behind a tab", "Transfer-Encoding:\tchunked\r\n" + five, "hello");
    add("chunked in large letters", "Transfer-Encoding: CHUNKED\r\n" + five, "hello");
    cases.push_back({"length: body of a GET", headed(five) + "hello", "413"});
    cases.push_back(
        {"length: chunked body of a GET", headed(chunked) + "5\r\nhello\r\n" + end, "413"});
    cases.push_back({"length: smuggled behind the body of a GET",
                     headed("Content-Length: 60\r\n") + get("/health"), "413"});
    cases.push_back({"length: expects a verdict first",
                     posted("Content-Length: 2000000\r\nExpect: 100-continue\r\n", ""), "413"});
    cases.push_back({"length: a form",
                     "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                     "application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b",
                     "415"});
}

Cases allCases()
{
    Cases cases;
    addTargets(cases);
    addLines(cases);
    addHeaders(cases);
    addLengths(cases);
    return cases;
}

} // namespace

const Cases& abuseCases()
{
    static const Cases cases = allCases();
    return cases;
}

const Cases& oddCases()
{
    const QByteArray start = "GET /health HTTP/1.1\r\nHost: localhost\r\n";
    const QByteArray close = "Connection: close\r\n\r\n";
    static const Cases cases{
        {"bare line ends", "GET /health HTTP/1.1\nHost: localhost\nConnection: close\n\n", "hello"},
        {"an empty line before", "\r\n" + start + close, "hello"},
        {"HTTP/1.0", "GET /health HTTP/1.0\r\n\r\n", "hello"},
        {"raw UTF-8 in the path", "GET /echo/\xc3\xbc HTTP/1.1\r\nHost: localhost\r\n" + close,
         "hello"},
        {"raw UTF-8 in a value", start + "X: \xc3\xbc\r\n" + close, "hello"},
        {"a tab in a value", start + "X: a\tb\r\n" + close, "hello"},
        {"a port with the host", "GET /health HTTP/1.1\r\nHost: LOCALHOST:80\r\n" + close, "hello"},
        {"no space behind the colon", "GET /health HTTP/1.1\r\nHost:localhost\r\n" + close,
         "hello"},
        {"an empty value", start + "X:\r\n" + close, "hello"},
        {"a header twice", start + "Accept: a\r\nAccept: b\r\n" + close, "hello"},
        {"length zero of a GET", start + "Content-Length: 0\r\n" + close, "hello"},
        {"zeros before the length",
         posted("Content-Length: 005\r\n", "").chopped(2) + "Connection: close\r\n\r\n12345",
         "hello12345"},
        {"a question mark in the query",
         "GET /health?a=b?c HTTP/1.1\r\nHost: localhost\r\n" + close, "hello<a=b?c>"},
        {"parameters without a name", "GET /health?=b&&a HTTP/1.1\r\nHost: localhost\r\n" + close,
         "hello<=b><=><a=>"},
    };
    return cases;
}

} // namespace millrace::tests
