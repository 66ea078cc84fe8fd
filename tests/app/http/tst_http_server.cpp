// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"
#include "app/http/routes.h"
#include "tests/support/test_registry.h"

#include <QTcpSocket>
#include <QtTest/QtTest>

#include <memory>
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

private:
    QByteArray exchange(const QByteArray& request);

    std::unique_ptr<Routes> m_routes;
    std::unique_ptr<HttpServer> m_server;
};

void TstHttpServer::init()
{
    const auto answer = [](const Request&) {
        Response response;
        response.body = "hello";
        return response;
    };
    m_routes = std::make_unique<Routes>(std::vector<Route>{{"/health", "", answer}}, true);
    auto server =
        HttpServer::start(*ListenAddress::parse("127.0.0.1:0"),
                          [this](const Request& request) { return m_routes->answer(request); });
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
    const auto taken =
        HttpServer::start(m_server->address(), [](const Request&) { return Response{}; });
    QVERIFY(!taken);
    QVERIFY2(taken.error().what.find("Address already in use") != std::string::npos,
             taken.error().what.c_str());
}

MR_TEST(TstHttpServer)
#include "tst_http_server.moc"
