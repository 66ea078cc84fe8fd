// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"
#include "tests/app/http/abuse_cases.h"
#include "tests/support/test_registry.h"

#include <QTcpSocket>
#include <QtTest/QtTest>

#include <memory>

using namespace millrace;
using namespace millrace::http;
using namespace millrace::tests;
using namespace std::chrono_literals;

/// What no honest client sends: refused and closed, never a 5xx, never a hang, and the next honest
/// client is answered.
class TstHttpServerAbuse : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase() { m_server.reset(); }

    void isRefusedAndClosed_data();
    void isRefusedAndClosed();
    void honestOddities_data();
    void honestOddities();

private:
    /// Until the server closes; "open" behind it when it does not.
    QByteArray exchange(const QByteArray& request);

    std::unique_ptr<Routes> m_routes;
    std::unique_ptr<HttpServer> m_server;
};

namespace {

/// A header that does not end is cut soon; a body may take longer than the test waits.
constexpr Patience hasty{.idleMax = 20s, .headerMax = 300ms, .bodyMax = 600ms, .rateWindow = 2s};

Response echo(const Request& request)
{
    Response response;
    response.body = "hello";
    for (const auto& [name, value] : request.parameters)
        response.body += "<" + name + "=" + value + ">";
    response.body += request.body;
    return response;
}

QByteArray statusOf(const QByteArray& answer)
{
    if (!answer.startsWith("HTTP/1."))
        return answer.isEmpty() ? "cut" : "noise";
    return answer.mid(9, 3);
}

} // namespace

void TstHttpServerAbuse::initTestCase()
{
    m_routes =
        std::make_unique<Routes>(std::vector<Route>{{"/health", "", Pace::Quick, echo},
                                                    {"/slow", "", Pace::Slow, echo},
                                                    {"/echo/{word}", "", Pace::Quick, echo},
                                                    {"/body", "", Pace::Quick, echo, "", "POST"}},
                                 HostRules{Names::Loopback});
    auto server =
        HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes, {.patience = hasty});
    QVERIFY(server);
    m_server = std::make_unique<HttpServer>(std::move(*server));
}

QByteArray TstHttpServerAbuse::exchange(const QByteArray& request)
{
    QTcpSocket socket;
    socket.connectToHost("127.0.0.1", m_server->address().port);
    if (!socket.waitForConnected(5'000))
        return "no connection";
    socket.write(request);
    QByteArray answer;
    while (socket.state() == QAbstractSocket::ConnectedState && socket.waitForReadyRead(4'000))
        answer += socket.readAll();
    answer += socket.readAll();
    return socket.state() == QAbstractSocket::ConnectedState ? answer + "open" : answer;
}

void TstHttpServerAbuse::isRefusedAndClosed_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("outcomes");
    QVERIFY(abuseCases().size() >= 100);
    for (const AbuseCase& one : abuseCases())
        QTest::newRow(one.name.constData()) << one.request << one.outcomes;
}

void TstHttpServerAbuse::isRefusedAndClosed()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, outcomes);
    const QByteArray answer = exchange(request);
    const QByteArray told = answer.left(600);
    QVERIFY2(outcomes.split(' ').contains(statusOf(answer)), statusOf(answer) + " " + told);
    QVERIFY2(!answer.endsWith("open"), told);
    QVERIFY2(!answer.contains("hello"), told);
    // libmicrohttpd 0.9.75 writes the head of its own refusals twice
    const QByteArray again = answer.mid(answer.indexOf("\nHTTP/1.") + 1);
    QVERIFY2(statusOf(again) == statusOf(answer), told);
    QVERIFY(exchange("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .endsWith("hello"));
}

void TstHttpServerAbuse::honestOddities_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("body");
    for (const AbuseCase& one : oddCases())
        QTest::newRow(one.name.constData()) << one.request << one.outcomes;
}

void TstHttpServerAbuse::honestOddities()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, body);
    const QByteArray answer = exchange(request);
    QVERIFY2(answer.startsWith("HTTP/1.1 200 ") || answer.startsWith("HTTP/1.0 200 "), answer);
    QVERIFY2(answer.endsWith("\r\n\r\n" + body), answer);
}

MR_TEST(TstHttpServerAbuse)
#include "tst_http_server_abuse.moc"
