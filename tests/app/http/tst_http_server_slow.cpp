// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"
#include "tests/support/test_registry.h"

#include <QElapsedTimer>
#include <QTcpSocket>
#include <QtTest/QtTest>

#include <atomic>
#include <memory>

using namespace millrace;
using namespace millrace::http;
using namespace std::chrono_literals;

/// Clients that take their time, before a server with a twentieth of its patience.
class TstHttpServerSlow : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_server.reset(); }

    void aByteOfHeaderNowAndThenIsCut();
    void soIsOneOnAConnectionThatWasUsed();
    void aByteOfBodyNowAndThenIsCut();
    void silenceIsCut_data();
    void silenceIsCut();
    void whoReadsTooSlowlyIsCut();
    void whoReadsGetsAll();
    void whoWaitsForTheAnswerIsNotCut();

private:
    void start(const Patience& patience);
    std::unique_ptr<QTcpSocket> connected();
    /// Milliseconds until the server closed; a byte each 20 ms meanwhile.
    int trickle(QTcpSocket& socket, const QByteArray& start);

    std::unique_ptr<Routes> m_routes;
    std::unique_ptr<HttpServer> m_server;
    std::atomic<bool> m_hasEnded{false};
    std::atomic<bool> m_isWhole{false};
};

namespace {

constexpr Patience hasty{.idleMax = 1'500ms,
                         .headerMax = 250ms,
                         .bodyMax = 750ms,
                         .rateWindow = 500ms,
                         .bytesPerSecondMin = 1'000'000};
constexpr std::size_t streamedBytes = 64 << 20;

Response hello(const Request&)
{
    Response response;
    response.body = "hello";
    return response;
}

const QByteArray requestStart = "GET /health HTTP/1.1\r\nHost: localhost\r\n";

} // namespace

void TstHttpServerSlow::init()
{
    m_hasEnded = false;
    const auto stream = [this](const Request&) {
        Response response;
        response.stream = [this](const WriteBytes& write) {
            const std::string block(64 << 10, 'x');
            bool isWanted = true;
            for (std::size_t sent = 0; isWanted && sent < streamedBytes; sent += block.size())
                isWanted = write(block);
            m_isWhole = isWanted;
            m_hasEnded = true;
            return isWanted;
        };
        return response;
    };
    const auto late = [](const Request& request) {
        const auto end = steadyNow() + 2s;
        while (request.isWanted() && steadyNow() < end)
            QThread::msleep(5);
        return hello(request);
    };
    m_routes =
        std::make_unique<Routes>(std::vector<Route>{{"/health", "", Pace::Quick, hello},
                                                    {"/body", "", Pace::Quick, hello, "", "POST"},
                                                    {"/late", "", Pace::Slow, late},
                                                    {"/stream", "", Pace::Slow, stream}},
                                 HostRules{Names::Loopback});
    start(hasty);
}

void TstHttpServerSlow::start(const Patience& patience)
{
    m_server.reset();
    auto server =
        HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes, {.patience = patience});
    QVERIFY(server);
    m_server = std::make_unique<HttpServer>(std::move(*server));
}

std::unique_ptr<QTcpSocket> TstHttpServerSlow::connected()
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->connectToHost("127.0.0.1", m_server->address().port);
    return socket->waitForConnected(5'000) ? std::move(socket) : nullptr;
}

int TstHttpServerSlow::trickle(QTcpSocket& socket, const QByteArray& start)
{
    QElapsedTimer timer;
    timer.start();
    socket.write(start);
    while (socket.state() == QAbstractSocket::ConnectedState && timer.elapsed() < 10'000) {
        socket.waitForReadyRead(20);
        socket.write("x");
        socket.flush();
    }
    return static_cast<int>(timer.elapsed());
}

void TstHttpServerSlow::aByteOfHeaderNowAndThenIsCut()
{
    const auto socket = connected();
    const int ms = trickle(*socket, requestStart + "X: ");
    QVERIFY2(ms >= 250 && ms < 1'400, QByteArray::number(ms));
    QVERIFY(socket->readAll().isEmpty());
}

void TstHttpServerSlow::soIsOneOnAConnectionThatWasUsed()
{
    const auto socket = connected();
    socket->write(requestStart + "\r\n");
    QVERIFY(socket->waitForReadyRead(5'000));
    QVERIFY(socket->readAll().endsWith("hello"));
    const int ms = trickle(*socket, requestStart + "X: ");
    QVERIFY2(ms >= 250 && ms < 1'400, QByteArray::number(ms));
}

void TstHttpServerSlow::aByteOfBodyNowAndThenIsCut()
{
    const auto socket = connected();
    const int ms = trickle(*socket, "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                    "application/json\r\nContent-Length: 1000000\r\n\r\n");
    QVERIFY2(ms >= 750 && ms < 2'500, QByteArray::number(ms));
    QVERIFY(socket->readAll().isEmpty());
}

void TstHttpServerSlow::silenceIsCut_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::newRow("at once") << QByteArray();
    QTest::newRow("in the header") << requestStart;
    QTest::newRow("after a request") << requestStart + "\r\n";
}

void TstHttpServerSlow::silenceIsCut()
{
    QFETCH(QByteArray, sent);
    const auto socket = connected();
    socket->write(sent);
    socket->flush();
    QTRY_VERIFY_WITH_TIMEOUT(socket->state() != QAbstractSocket::ConnectedState, 10'000);
}

void TstHttpServerSlow::whoReadsTooSlowlyIsCut()
{
    start({.rateWindow = 500ms, .bytesPerSecondMin = 1'000'000});
    const auto socket = connected();
    socket->setReadBufferSize(1'000);
    socket->write("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(socket->waitForBytesWritten(5'000));
    QTRY_VERIFY_WITH_TIMEOUT(m_hasEnded, 10'000);
    QVERIFY(!m_isWhole);
}

void TstHttpServerSlow::whoReadsGetsAll()
{
    const auto socket = connected();
    socket->write("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    qsizetype got = 0;
    while (got < static_cast<qsizetype>(streamedBytes) && socket->waitForReadyRead(5'000))
        got += socket->readAll().size();
    QTRY_VERIFY(m_hasEnded);
    QVERIFY(m_isWhole);
    QVERIFY(got >= static_cast<qsizetype>(streamedBytes));
}

void TstHttpServerSlow::whoWaitsForTheAnswerIsNotCut()
{
    const auto socket = connected();
    socket->write("GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(socket->waitForReadyRead(10'000));
    QVERIFY(socket->readAll().endsWith("hello"));
}

MR_TEST(TstHttpServerSlow)
#include "tst_http_server_slow.moc"
