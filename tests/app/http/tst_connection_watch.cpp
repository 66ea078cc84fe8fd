// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/connection_watch.h"
#include "tests/support/test_registry.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QtTest/QtTest>

#include <sys/resource.h>

#include <memory>

using namespace millrace::http;
using namespace std::chrono_literals;

class TstConnectionWatch : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void cutsWhoIsLate();
    void leavesWhoIsNot();
    void leavesWhoIsForgotten();
    void isHastierWhenCrowded();
    void connectionsFitTheLimitOfFiles();

private:
    /// Closed from the other side.
    [[nodiscard]] bool isCut() { return m_client->state() != QAbstractSocket::ConnectedState; }

    std::unique_ptr<QTcpServer> m_listener;
    std::unique_ptr<QTcpSocket> m_client;
    std::unique_ptr<QTcpSocket> m_served;
};

namespace {

constexpr Patience hasty{.idleMax = 60s, .headerMax = 100ms, .bodyMax = 60s, .rateWindow = 60s};

} // namespace

void TstConnectionWatch::init()
{
    m_served.reset();
    m_listener = std::make_unique<QTcpServer>();
    QVERIFY(m_listener->listen(QHostAddress::LocalHost));
    m_client = std::make_unique<QTcpSocket>();
    m_client->connectToHost(QHostAddress::LocalHost, m_listener->serverPort());
    QVERIFY(m_client->waitForConnected(5'000));
    QVERIFY(m_listener->waitForNewConnection(5'000));
    m_served.reset(m_listener->nextPendingConnection());
    m_served->setParent(nullptr);
    m_client->write("GET /hea");
    QVERIFY(m_client->waitForBytesWritten(5'000));
}

void TstConnectionWatch::cutsWhoIsLate()
{
    ConnectionWatch watch(hasty);
    WatchedConnection* watched = watch.add(static_cast<int>(m_served->socketDescriptor()));
    QTRY_VERIFY(isCut());
    QCOMPARE(watch.cut(), std::uint64_t{1});
    watch.forget(watched);
}

/// What is cut beside it tells that the watch has looked for long enough.
void TstConnectionWatch::leavesWhoIsNot()
{
    ConnectionWatch watch(hasty);
    WatchedConnection* working = watch.add(static_cast<int>(m_served->socketDescriptor()));
    working->tell(Doing::Working);
    const auto client = std::move(m_client);
    const auto served = std::move(m_served);
    init();
    WatchedConnection* late = watch.add(static_cast<int>(m_served->socketDescriptor()));
    QTRY_VERIFY(isCut());
    QCOMPARE(client->state(), QAbstractSocket::ConnectedState);
    QCOMPARE(watch.cut(), std::uint64_t{1});
    watch.forget(working);
    watch.forget(late);
}

void TstConnectionWatch::leavesWhoIsForgotten()
{
    ConnectionWatch watch(hasty);
    watch.forget(watch.add(static_cast<int>(m_served->socketDescriptor())));
    const auto client = std::move(m_client);
    const auto served = std::move(m_served);
    init();
    WatchedConnection* late = watch.add(static_cast<int>(m_served->socketDescriptor()));
    QTRY_VERIFY(isCut());
    QCOMPARE(client->state(), QAbstractSocket::ConnectedState);
    watch.forget(late);
}

void TstConnectionWatch::isHastierWhenCrowded()
{
    Patience few = hasty;
    few.headerMax = 20s;
    few.connectionsMax = 4;
    ConnectionWatch watch(few);
    const int socket = static_cast<int>(m_served->socketDescriptor());
    std::vector<WatchedConnection*> watched;
    for (int i = 0; i < 3; ++i)
        watched.push_back(watch.add(socket));
    QTRY_VERIFY_WITH_TIMEOUT(isCut(), 15'000);
    for (WatchedConnection* one : watched)
        watch.forget(one);
}

void TstConnectionWatch::connectionsFitTheLimitOfFiles()
{
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    QVERIFY(before.rlim_max >= 1'024);
    rlimit low = before;
    low.rlim_cur = 600;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &low), 0);
    QCOMPARE(roomForConnections(256), 256U);
    rlimit raised{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &raised), 0);
    QCOMPARE(raised.rlim_cur, rlim_t{256 + 512});
    const unsigned most = roomForConnections(1'000'000'000);
    QVERIFY(most >= 512 && most <= before.rlim_max);
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

MR_TEST(TstConnectionWatch)
#include "tst_connection_watch.moc"
