// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"
#include "app/http/slow_answer.h"
#include "tests/support/test_registry.h"

#include <QTcpSocket>
#include <QtTest/QtTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

using namespace millrace::http;

/// Slow answers as clients see them: over the sockets of a server.
class TstSlowAnswer : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void streamsWithoutHoldingItAll();
    void aStreamThatBreaksOffIsSeen();
    void soItIsWhereOnlyTheEndTellsTheEnd();
    void aClientThatLeavesIsNoticed();
    void aClientThatLeavesAStreamIsNoticed();
    void aHandlerWithoutMemoryAnswers503();
    void stopsWhileAnswersAreUnderWay();
    void whatNeedsNoWorkerTakesNone_data();
    void whatNeedsNoWorkerTakesNone();
    void stopsWhileSomethingIsToldLater();
    void streamsCompressed();

private:
    void early(const Request& request, const TellEarly& tell);
    std::unique_ptr<QTcpSocket> send(const QByteArray& request);
    QByteArray exchange(const QByteArray& request);
    QByteArray get(const QByteArray& path);
    Response stream(const Request& request);
    Response untilGone(const Request& request);

    std::unique_ptr<Routes> m_routes;
    std::unique_ptr<HttpServer> m_server;
    std::vector<std::jthread> m_tellers;
    std::atomic<int> m_begun{0};
    std::atomic<int> m_left{0};
    std::atomic<std::int64_t> m_written{0};
};

/// `blocks` of 10,000 bytes; `breaks`: the answer breaks off after them.
Response TstSlowAnswer::stream(const Request& request)
{
    const int blocks = QString::fromStdString(std::string(*request.parameter("blocks"))).toInt();
    const bool isWhole = !request.parameter("breaks");
    Response response;
    response.contentType = "text/plain";
    response.stream = [this, blocks, isWhole](const WriteBytes& write) {
        for (int i = 0; i < blocks; ++i) {
            if (!write(std::string(10'000, 'x'))) {
                ++m_left;
                return false;
            }
            m_written += 10'000;
        }
        return isWhole;
    };
    return response;
}

Response TstSlowAnswer::untilGone(const Request& request)
{
    ++m_begun;
    while (request.isWanted())
        std::this_thread::yield();
    ++m_left;
    return {};
}

void TstSlowAnswer::early(const Request& request, const TellEarly& tell)
{
    const std::string how(request.parameter("how").value_or(""));
    Response response;
    response.body = "early";
    if (how == "at once")
        tell(response);
    else if (how == "never")
        tell(std::nullopt);
    else if (how == "a stream")
        tell(stream(request));
    else
        m_tellers.emplace_back([this, &request, tell, how, response] {
            ++m_begun;
            while (how == "when gone" && request.isWanted())
                std::this_thread::yield();
            tell(how == "never, later" ? std::nullopt : std::optional(response));
            ++m_left;
        });
}

void TstSlowAnswer::init()
{
    m_begun = 0;
    m_left = 0;
    m_written = 0;
    m_routes = std::make_unique<Routes>(
        std::vector<Route>{
            {"/stream", "", Pace::Slow, [this](const Request& request) { return stream(request); }},
            {"/until-gone", "", Pace::Slow,
             [this](const Request& request) { return untilGone(request); }},
            {"/no-memory", "", Pace::Slow,
             [](const Request&) -> Response { throw std::bad_alloc(); }},
            {.path = "/early",
             .help = "",
             .pace = Pace::Slow,
             .answer =
                 [](const Request&) {
                     Response response;
                     response.body = "by a worker";
                     return response;
                 },
             .early = [this](const Request& request,
                             const TellEarly& tell) { early(request, tell); }}},
        HostRules{Names::Loopback});
    auto server = HttpServer::start(*ListenAddress::parse("127.0.0.1:0"), *m_routes);
    QVERIFY(server);
    m_server = std::make_unique<HttpServer>(std::move(*server));
}

void TstSlowAnswer::cleanup()
{
    m_server.reset();
    m_tellers.clear();
}

/// Null: it could not be sent.
std::unique_ptr<QTcpSocket> TstSlowAnswer::send(const QByteArray& request)
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->connectToHost("127.0.0.1", m_server->address().port);
    if (!socket->waitForConnected(5'000))
        return nullptr;
    socket->write(request);
    return socket->waitForBytesWritten(5'000) ? std::move(socket) : nullptr;
}

QByteArray TstSlowAnswer::exchange(const QByteArray& request)
{
    const auto socket = send(request);
    QByteArray answer;
    while (socket && socket->waitForReadyRead(5'000))
        answer += socket->readAll();
    return socket ? answer + socket->readAll() : "no connection";
}

QByteArray TstSlowAnswer::get(const QByteArray& path)
{
    return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
}

/// The producer is held back while the client does not read.
void TstSlowAnswer::streamsWithoutHoldingItAll()
{
    constexpr std::int64_t all = 2'000 * 10'000;
    QTcpSocket socket;
    socket.setReadBufferSize(16'384);
    socket.connectToHost("127.0.0.1", m_server->address().port);
    QVERIFY(socket.waitForConnected(5'000));
    socket.write("GET /stream?blocks=2000 HTTP/1.0\r\n\r\n");
    QVERIFY(socket.waitForReadyRead(5'000));
    QByteArray answer;
    std::int64_t seen = 0;
    do {
        seen = m_written;
        answer += socket.read(16'384);
        QVERIFY2(m_written - answer.size() < 12 << 20, "it runs ahead of the client");
    } while (socket.bytesAvailable() > 0 || socket.waitForReadyRead(5'000));
    QCOMPARE(answer.size() - answer.indexOf("\r\n\r\n") - 4, all);
    QVERIFY(seen > 0);
}

void TstSlowAnswer::aStreamThatBreaksOffIsSeen()
{
    const QByteArray whole = get("/stream?blocks=3");
    QVERIFY(whole.contains("Transfer-Encoding: chunked"));
    QVERIFY2(whole.endsWith("0\r\n\r\n"), whole.right(40));
    const QByteArray broken = get("/stream?blocks=3&breaks");
    QVERIFY(broken.startsWith("HTTP/1.1 200 "));
    QVERIFY2(!broken.endsWith("0\r\n\r\n"), broken.right(40));
    QVERIFY(exchange("HEAD /stream?blocks=3 HTTP/1.1\r\nHost: localhost\r\n"
                     "Connection: close\r\n\r\n")
                .endsWith("\r\n\r\n"));
}

/// HTTP/1.0: bytes read until the end, or until the error.
void TstSlowAnswer::soItIsWhereOnlyTheEndTellsTheEnd()
{
    for (const bool isWhole : {true, false}) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(m_server->address().port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        sockaddr any{};
        std::memcpy(&any, &to, sizeof to);
        QCOMPARE(::connect(socket, &any, sizeof to), 0);
        const QByteArray request = isWhole ? "GET /stream?blocks=3 HTTP/1.0\r\n\r\n"
                                           : "GET /stream?blocks=3&breaks HTTP/1.0\r\n\r\n";
        QCOMPARE(::send(socket, request.data(), static_cast<std::size_t>(request.size()), 0),
                 request.size());
        char bytes[4'096];
        ssize_t count = 0;
        while ((count = ::recv(socket, bytes, sizeof bytes, 0)) > 0)
            continue;
        const int error = errno;
        ::close(socket);
        QCOMPARE(count, isWhole ? 0 : -1);
        QVERIFY(isWhole || error == ECONNRESET);
    }
}

void TstSlowAnswer::aClientThatLeavesIsNoticed()
{
    const auto socket = send("GET /until-gone HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(socket);
    QTRY_COMPARE(m_begun.load(), 1);
    QCOMPARE(m_left.load(), 0);
    socket->abort();
    QTRY_COMPARE(m_left.load(), 1);
}

void TstSlowAnswer::aClientThatLeavesAStreamIsNoticed()
{
    const auto socket = send("GET /stream?blocks=1000000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(socket && socket->waitForReadyRead(5'000));
    socket->abort();
    QTRY_COMPARE(m_left.load(), 1);
}

void TstSlowAnswer::aHandlerWithoutMemoryAnswers503()
{
    const QByteArray answer = get("/no-memory");
    QVERIFY2(answer.startsWith("HTTP/1.1 503 "), answer);
    QVERIFY(answer.contains("\"busy\""));
}

void TstSlowAnswer::stopsWhileAnswersAreUnderWay()
{
    const QByteArray rest = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const auto asking = send("GET /until-gone" + rest);
    const auto streaming = send("GET /stream?blocks=100000" + rest);
    QVERIFY(asking && streaming);
    QTRY_VERIFY(m_begun == 1 && m_written > 0);
    m_server.reset();
    QCOMPARE(m_left.load(), 2);
}

void TstSlowAnswer::whatNeedsNoWorkerTakesNone_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("at once") << QByteArray("at%20once") << QByteArray("early");
    QTest::newRow("later") << QByteArray("later") << QByteArray("early");
    QTest::newRow("never") << QByteArray("never") << QByteArray("by a worker");
    QTest::newRow("a stream") << QByteArray("a%20stream&blocks=0") << QByteArray("0\r\n\r\n");
    QTest::newRow("never, later") << QByteArray("never,%20later") << QByteArray("by a worker");
}

void TstSlowAnswer::whatNeedsNoWorkerTakesNone()
{
    QFETCH(QByteArray, how);
    QFETCH(QByteArray, body);
    for (int i = 0; i < 50; ++i) {
        const QByteArray answer = get("/early?how=" + how);
        QVERIFY2(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\n" + body), answer);
    }
}

void TstSlowAnswer::stopsWhileSomethingIsToldLater()
{
    const auto asking = send("GET /early?how=when%20gone HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(asking);
    QTRY_COMPARE(m_begun.load(), 1);
    m_server.reset();
    m_tellers.clear();
    QCOMPARE(m_left.load(), 1);
}

void TstSlowAnswer::streamsCompressed()
{
    const QByteArray rest = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    const QByteArray asked = "Accept-Encoding: deflate, gzip;q=0.8\r\n\r\n";
    const QByteArray answer = exchange("GET /stream?blocks=500" + rest + asked);
    QVERIFY(answer.contains("\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"));
    QVERIFY2(answer.size() < 100'000, "five million of one letter");
    QVERIFY(answer.endsWith("0\r\n\r\n"));
    QVERIFY(!exchange("GET /stream?blocks=5&breaks" + rest + asked).endsWith("0\r\n\r\n"));
    QVERIFY(!get("/stream?blocks=5").contains("Content-Encoding"));
}

MR_TEST(TstSlowAnswer)
#include "tst_slow_answer.moc"
