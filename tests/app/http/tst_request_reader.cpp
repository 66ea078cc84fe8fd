// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"
#include "tests/support/test_registry.h"

#include <QTcpSocket>
#include <QtTest/QtTest>

#include <memory>

using namespace millrace;
using namespace millrace::http;

/// Requests as routes see them, over the sockets of a server.
class TstRequestReader : public QObject
{
    Q_OBJECT

private slots:
    void init() { start({}); }
    void cleanup() { m_server.reset(); }

    void decodesPathAndQuery_data();
    void decodesPathAndQuery();
    void answersUnderItsBasePathToo();
    void believesItsProxiesOnly_data();
    void believesItsProxiesOnly();

private:
    void start(ServerOptions options);
    QByteArray exchange(const QByteArray& request);
    QByteArray get(const QByteArray& path);

    std::unique_ptr<Routes> m_routes;
    std::unique_ptr<HttpServer> m_server;
};

namespace {

/// Path and query as the route saw them.
Response echo(const Request& request)
{
    Response response;
    response.body = "<" + request.captured.front() + ">";
    for (const auto& [name, value] : request.parameters)
        response.body += "<" + name + "=" + value + ">";
    return response;
}

Response whoAsked(const Request& request)
{
    Response response;
    response.body = request.remote + (request.isForwarded ? " forwarded" : "") +
                    (request.isByProxy ? " by proxy" : "") + " for " + request.host.value_or("") +
                    " links " + request.base;
    return response;
}

} // namespace

void TstRequestReader::start(ServerOptions options)
{
    m_server.reset();
    m_routes = std::make_unique<Routes>(std::vector<Route>{{"/health", "", Pace::Quick, whoAsked},
                                                           {"/asked", "", Pace::Quick, whoAsked},
                                                           {"/echo/{word}", "", Pace::Quick, echo}},
                                        HostRules{Names::Loopback});
    auto server =
        HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes, std::move(options));
    QVERIFY(server);
    m_server = std::make_unique<HttpServer>(std::move(*server));
}

QByteArray TstRequestReader::exchange(const QByteArray& request)
{
    QTcpSocket socket;
    socket.connectToHost("127.0.0.1", m_server->address().port);
    if (!socket.waitForConnected(5'000))
        return "no connection";
    socket.write(request);
    QByteArray answer;
    while (socket.waitForReadyRead(5'000))
        answer += socket.readAll();
    return answer + socket.readAll();
}

QByteArray TstRequestReader::get(const QByteArray& path)
{
    return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

void TstRequestReader::answersUnderItsBasePathToo()
{
    auto based =
        HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes, {.basePath = "/a/b"});
    QVERIFY(based);
    m_server = std::make_unique<HttpServer>(std::move(*based));
    QVERIFY(get("/a/b/asked").endsWith(" links /a/b"));
    QVERIFY(get("/asked").endsWith(" links /a/b"));
    QVERIFY(get("/a/b").startsWith("HTTP/1.1 200 "));
    QVERIFY(get("/a/b/").contains("/health"));
    for (const char* path : {"/a/asked", "/b/asked", "/a/b/a/b/asked", "/a/bb/asked"})
        QVERIFY2(get(path).startsWith("HTTP/1.1 404 "), path);
}

void TstRequestReader::believesItsProxiesOnly_data()
{
    QTest::addColumn<QString>("proxies");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("asked");
    const QByteArray one = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Host: api.example\r\n";
    QTest::newRow("none") << "127.0.0.1" << QByteArray() << QByteArray("127.0.0.1 for localhost");
    QTest::newRow("ours") << "127.0.0.1" << one
                          << QByteArray("192.0.2.7 forwarded by proxy for api.example");
    QTest::newRow("a stranger's") << "10.0.0.0/8" << one
                                  << QByteArray("127.0.0.1 forwarded for localhost");
    QTest::newRow("nobody's") << "" << one << QByteArray("127.0.0.1 forwarded for localhost");
    QTest::newRow("two lines, made up before ours")
        << "127.0.0.0/8,10.0.0.1"
        << QByteArray("X-Forwarded-For: 127.0.0.1, 192.0.2.7\r\nx-forwarded-for: 10.0.0.1\r\n")
        << QByteArray("192.0.2.7 forwarded by proxy for localhost");
    QTest::newRow("another kind") << "" << QByteArray("Forwarded: for=192.0.2.7\r\n")
                                  << QByteArray("127.0.0.1 forwarded for localhost");
}

void TstRequestReader::believesItsProxiesOnly()
{
    QFETCH(QString, proxies);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, asked);
    start({.proxies = *AddressRanges::parse(proxies.toStdString())});
    const QByteArray answer = exchange(
        "GET /asked HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n");
    QVERIFY2(answer.endsWith("\r\n\r\n" + asked + " links "), answer);
}

void TstRequestReader::decodesPathAndQuery_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("answer"); // empty: 400
    QTest::newRow("plain") << QByteArray("/echo/word") << QByteArray("<word>");
    QTest::newRow("trailing slash") << QByteArray("/echo/word/") << QByteArray("<word>");
    QTest::newRow("slash inside") << QByteArray("/echo/a%2Fb") << QByteArray("<a/b>");
    QTest::newRow("dots inside") << QByteArray("/echo/a..b") << QByteArray("<a..b>");
    QTest::newRow("plus") << QByteArray("/echo/a+b?c+d=e+f%2B") << QByteArray("<a+b><c d=e f+>");
    QTest::newRow("twice") << QByteArray("/echo/w?a=1&a=2&b") << QByteArray("<w><a=1><a=2><b=>");
    QTest::newRow("umlaut") << QByteArray("/echo/%C3%BC") << QByteArray("<\xC3\xBC>");
    QTest::newRow("encoded percent") << QByteArray("/echo/%2525") << QByteArray("<%25>");
    QTest::newRow("up") << QByteArray("/echo/%2e%2e") << QByteArray();
    QTest::newRow("lone percent") << QByteArray("/echo/100%") << QByteArray();
    QTest::newRow("bad digits") << QByteArray("/echo/%zz") << QByteArray();
    QTest::newRow("bad query") << QByteArray("/echo/w?a=%f") << QByteArray();
    QTest::newRow("zero") << QByteArray("/echo/%00") << QByteArray();
    QTest::newRow("no UTF-8") << QByteArray("/echo/%ff") << QByteArray();
    QTest::newRow("empty part") << QByteArray("//echo/w") << QByteArray();
}

void TstRequestReader::decodesPathAndQuery()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, answer);
    const QByteArray got = get(path);
    if (answer.isEmpty())
        QVERIFY2(got.startsWith("HTTP/1.1 400 ") && got.contains("\"request\": "), got);
    else
        QVERIFY2(got.endsWith("\r\n\r\n" + answer), got);
}

MR_TEST(TstRequestReader)
#include "tst_request_reader.moc"
