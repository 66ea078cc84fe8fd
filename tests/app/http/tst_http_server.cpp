// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"
#include "app/http/routes.h"
#include "tests/support/test_registry.h"

#include <QTcpSocket>
#include <QtTest/QtTest>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace millrace;
using namespace millrace::http;

class TstHttpServer : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void answersOverARealSocket();
    void headSendsTheLengthOnly();
    void keepsAConnectionForTheNextRequest();
    void turnsAwayWhatIsNotARequestForIt_data();
    void turnsAwayWhatIsNotARequestForIt();
    void aForeignHostGetsNothing();
    void endlessHeadersCostNoMemory();
    void manyIdleConnectionsLeaveRoom();
    void reportsThePortItFound();
    void readsABody_data();
    void readsABody();
    void refusesABodyBeforeItComes();
    void aSlowRouteAnswersToo();
    void slowRequestsBeyondTheQueueAreTurnedAway();

private:
    QByteArray exchange(const QByteArray& request);
    QByteArray get(const QByteArray& path);
    Response untilGone(const Request& request);

    std::unique_ptr<Routes> m_routes;
    std::unique_ptr<HttpServer> m_server;
    std::atomic<int> m_begun{0};
};

namespace {

Response echoBody(const Request& request)
{
    Response response;
    response.body = "<" + request.body + "> from " + request.remote;
    return response;
}

QByteArray post(const QByteArray& path, const QByteArray& length, const QByteArray& body)
{
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
           length + "\r\n\r\n" + body;
}

} // namespace

Response TstHttpServer::untilGone(const Request& request)
{
    ++m_begun;
    while (request.isWanted())
        std::this_thread::yield();
    return {};
}

void TstHttpServer::init()
{
    m_begun = 0;
    const auto answer = [](const Request&) {
        Response response;
        response.body = "hello";
        return response;
    };
    m_routes = std::make_unique<Routes>(
        std::vector<Route>{{"/health", "", Pace::Quick, answer},
                           {"/slow", "", Pace::Slow, answer},
                           {"/body", "", Pace::Quick, echoBody, "", "POST"},
                           {"/slow-body", "", Pace::Slow, echoBody, "", "POST"},
                           {"/until-gone", "", Pace::Slow,
                            [this](const Request& request) { return untilGone(request); }}},
        HostRules{Names::Loopback});
    auto server = HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes,
                                    {.pool = {.threads = 8, .waitingMax = 64}});
    QVERIFY(server);
    m_server = std::make_unique<HttpServer>(std::move(*server));
}

void TstHttpServer::cleanup()
{
    m_server.reset();
}

/// Everything that comes until the server closes or falls silent.
QByteArray TstHttpServer::exchange(const QByteArray& request)
{
    QTcpSocket socket;
    socket.connectToHost("127.0.0.1", m_server->address().port);
    if (!socket.waitForConnected(5'000))
        return "no connection";
    socket.write(request);
    QByteArray answer;
    while (socket.waitForReadyRead(answer.isEmpty() ? 5'000 : 200))
        answer += socket.readAll();
    return answer + socket.readAll();
}

void TstHttpServer::answersOverARealSocket()
{
    const QByteArray answer =
        exchange("GET /health?x=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    QVERIFY2(answer.startsWith("HTTP/1.1 200 "), answer);
    QVERIFY(answer.endsWith("\r\n\r\nhello"));
    QVERIFY(answer.contains("Content-Type: application/json\r\n"));
    QVERIFY(answer.contains("Cache-Control: no-store\r\n"));
}

void TstHttpServer::headSendsTheLengthOnly()
{
    const QByteArray answer =
        exchange("HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    QVERIFY(answer.startsWith("HTTP/1.1 200 "));
    QVERIFY(answer.contains("Content-Length: 5\r\n"));
    QVERIFY(answer.endsWith("\r\n\r\n"));
}

void TstHttpServer::keepsAConnectionForTheNextRequest()
{
    const QByteArray request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    QCOMPARE(exchange(request + request + request).count("hello"), 3);
}

void TstHttpServer::turnsAwayWhatIsNotARequestForIt_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("status");
    const QByteArray host = " HTTP/1.1\r\nHost: localhost\r\n";
    QTest::newRow("unknown path") << "GET /nothing" + host + "\r\n" << QByteArray("404");
    QTest::newRow("other method") << "POST /health" + host + "\r\n" << QByteArray("405");
    QTest::newRow("body with POST")
        << "POST /health" + host + "Content-Length: 5\r\n\r\nhello" << QByteArray("405");
    QTest::newRow("body with GET")
        << "GET /health" + host + "Content-Length: 5\r\n\r\nhello" << QByteArray("413");
    QTest::newRow("endless body") << "GET /health" + host +
                                         "Transfer-Encoding: chunked\r\n\r\nffffffff\r\nxxxx"
                                  << QByteArray("413");
    QTest::newRow("long path") << "GET /" + QByteArray(100'000, 'a') + host + "\r\n"
                               << QByteArray("414");
    QTest::newRow("long header") << "GET /health" + host + "X: " + QByteArray(100'000, 'a') +
                                        "\r\n\r\n"
                                 << QByteArray("431");
    QTest::newRow("no host") << QByteArray("GET /health HTTP/1.1\r\n\r\n") << QByteArray("400");
    QTest::newRow("no HTTP") << QByteArray("hello there\r\n\r\n") << QByteArray();
}

void TstHttpServer::turnsAwayWhatIsNotARequestForIt()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, status);
    const QByteArray answer = exchange(request);
    QVERIFY2(status.isEmpty() || answer.startsWith("HTTP/1.1 " + status), answer);
    QVERIFY(!answer.contains("200 OK"));
    QVERIFY(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").endsWith("hello"));
}

void TstHttpServer::aForeignHostGetsNothing()
{
    const QByteArray answer = exchange("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    QVERIFY2(answer.startsWith("HTTP/1.1 421 "), answer);
    QVERIFY(!answer.contains("hello"));
    const QByteArray page =
        exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n");
    QVERIFY2(page.startsWith("HTTP/1.1 403 "), page);
}

void TstHttpServer::endlessHeadersCostNoMemory()
{
    QTcpSocket socket;
    socket.connectToHost("127.0.0.1", m_server->address().port);
    QVERIFY(socket.waitForConnected(5'000));
    socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n");
    const QByteArray header = "X-Filler: " + QByteArray(990, 'a') + "\r\n";
    qint64 sent = 0;
    while (sent < 16 << 20 && socket.state() == QAbstractSocket::ConnectedState) {
        sent += socket.write(header);
        if (!socket.waitForBytesWritten(1'000))
            break;
    }
    QVERIFY2(sent < 16 << 20, "the server went on reading");
}

void TstHttpServer::manyIdleConnectionsLeaveRoom()
{
    std::vector<std::unique_ptr<QTcpSocket>> idle;
    for (int i = 0; i < 200; ++i) {
        idle.push_back(std::make_unique<QTcpSocket>());
        idle.back()->connectToHost("127.0.0.1", m_server->address().port);
        QVERIFY(idle.back()->waitForConnected(5'000));
        idle.back()->write("GET /hea");
    }
    QVERIFY(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").endsWith("hello"));
}

void TstHttpServer::reportsThePortItFound()
{
    QVERIFY(m_server->address().port != 0);
    const auto taken = HttpServer::start(m_server->address(), *m_routes);
    QVERIFY(!taken);
    QVERIFY2(taken.error().what.find("Address already in use") != std::string::npos,
             taken.error().what.c_str());
}

QByteArray TstHttpServer::get(const QByteArray& path)
{
    return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

void TstHttpServer::readsABody_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("bytes");
    for (const char* path : {"/body", "/slow-body"}) {
        for (const int bytes : {0, 1, 70'000, 1 << 20})
            QTest::addRow("%s %d", path, bytes) << QByteArray(path) << bytes;
    }
}

void TstHttpServer::readsABody()
{
    QFETCH(QByteArray, path);
    QFETCH(int, bytes);
    const QByteArray body(bytes, 'b');
    const QByteArray request = post(path, "Content-Length: " + QByteArray::number(bytes), body);
    const QByteArray answer = exchange(request + request);
    QCOMPARE(answer.count("\r\n\r\n<" + body + "> from 127.0.0.1"), 2);
}

void TstHttpServer::refusesABodyBeforeItComes()
{
    const QByteArray large = exchange(post("/body", "Content-Length: 1048577", ""));
    QVERIFY2(large.startsWith("HTTP/1.1 413 "), large);
    const QByteArray chunked =
        exchange(post("/body", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"));
    QVERIFY2(chunked.startsWith("HTTP/1.1 411 "), chunked);
    const QByteArray form = exchange("POST /body HTTP/1.1\r\nHost: localhost\r\n"
                                     "Content-Length: 3\r\n\r\na=b");
    QVERIFY2(form.startsWith("HTTP/1.1 415 "), form);
}

void TstHttpServer::aSlowRouteAnswersToo()
{
    const QByteArray answer = get("/slow");
    QVERIFY2(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\nhello"), answer);
    const QByteArray request = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
    QCOMPARE(exchange(request + request + request).count("hello"), 3);
}

void TstHttpServer::slowRequestsBeyondTheQueueAreTurnedAway()
{
    std::vector<std::unique_ptr<QTcpSocket>> waiting;
    for (int i = 0; i < 8 + 64; ++i) {
        waiting.push_back(std::make_unique<QTcpSocket>());
        waiting.back()->connectToHost("127.0.0.1", m_server->address().port);
        QVERIFY(waiting.back()->waitForConnected(5'000));
        waiting.back()->write("GET /until-gone HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QVERIFY(waiting.back()->waitForBytesWritten(5'000));
        if (i < 8)
            QTRY_COMPARE(m_begun.load(), i + 1);
    }
    QByteArray answer;
    QTRY_VERIFY((answer = get("/until-gone")).startsWith("HTTP/1.1 429 "));
    QVERIFY(answer.contains("Retry-After: 1\r\n"));
    QVERIFY(get("/health").endsWith("hello"));
}

MR_TEST(TstHttpServer)
#include "tst_http_server.moc"
