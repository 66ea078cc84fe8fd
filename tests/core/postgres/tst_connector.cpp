// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/connector.h"
#include "tests/harness/loopback.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::chrono_literals;
using namespace std::string_literals;

class TstConnector : public QObject
{
    Q_OBJECT

private slots:
    void findsTheStateInAMessage_data();
    void findsTheStateInAMessage();
    void settingsOfTheRoleDoNotReachUs();
    void aMissingDatabaseWaitsForAPerson();
    void nobodyListeningIsALostConnection();
    void theNextHostOfAListIsTried();
    void aReadOnlyServerIsForReadersOnly();
    void aSilentServerIsGivenUpInTime();
    void aBadTextIsToldWithoutItsSecret();
};

void TstConnector::findsTheStateInAMessage_data()
{
    QTest::addColumn<std::string>("message");
    QTest::addColumn<std::string>("state");
    QTest::newRow("plain") << "connection failed: FATAL:  28P01: password\nLOCATION:  x"s
                           << "28P01"s;
    QTest::newRow("another language") << "fehlgeschlagen: FATALER FEHLER:  3D000: x"s
                                      << "3D000"s;
    QTest::newRow("of the library") << "connection refused: is it running?"s
                                    << ""s;
    QTest::newRow("looks alike") << "FATAL:  lower: x"s
                                 << ""s;
    QTest::newRow("cut") << "FATAL:  28P0"s
                         << ""s;
}

void TstConnector::findsTheStateInAMessage()
{
    QFETCH(std::string, message);
    QFETCH(std::string, state);
    QCOMPARE(sqlStateInMessage(message), state);
}

void TstConnector::settingsOfTheRoleDoNotReachUs()
{
    const std::string database = tests::testCluster().createDatabase("odd_settings");
    harness::SqlClient(database).run(
        "ALTER DATABASE odd_settings SET DateStyle = 'SQL, DMY';"
        "ALTER DATABASE odd_settings SET TimeZone = 'Asia/Kathmandu';"
        "ALTER DATABASE odd_settings SET standard_conforming_strings = off;"
        "ALTER DATABASE odd_settings SET client_encoding = 'LATIN1'");
    auto session = tests::openSession(database, {.applicationName = "millrace/x/3"});
    const auto rows = session.query(
        "SELECT timestamptz '2026-01-02T03:04:05Z', current_setting('client_encoding'), "
        "current_setting('standard_conforming_strings'), current_setting('application_name')");
    QVERIFY(rows);
    QCOMPARE(rows->text(0, 0), std::string_view("2026-01-02 03:04:05+00"));
    QCOMPARE(rows->text(0, 1), std::string_view("UTF8"));
    QCOMPARE(rows->text(0, 2), std::string_view("on"));
    QCOMPARE(rows->text(0, 3), std::string_view("millrace/x/3"));
}

void TstConnector::aMissingDatabaseWaitsForAPerson()
{
    const auto none = Connection::open({tests::testCluster().tcpConninfo("missing")}, {});
    QVERIFY(!none);
    QCOMPARE(none.error().scope, Scope::Connection);
    QCOMPARE(none.error().code, Code::WaitForOperator);
    QCOMPARE(none.error().origin, "3D000"s);
    QVERIFY2(none.error().what.ends_with("FATAL: database \"missing\" does not exist"),
             none.error().what.c_str());
}

void TstConnector::nobodyListeningIsALostConnection()
{
    const std::string where = "host=" + harness::ownAddress() +
                              " port=" + std::to_string(harness::freePort()) +
                              " user=x password=S3cret";
    const auto none = Connection::open({where}, {});
    QVERIFY(!none);
    QCOMPARE(none.error().scope, Scope::Connection);
    QCOMPARE(none.error().code, Code::ConnectionLost);
    QVERIFY(describe(none.error()).find("S3cret") == std::string::npos);
}

void TstConnector::theNextHostOfAListIsTried()
{
    const auto& cluster = tests::testCluster();
    const std::string address = cluster.address();
    auto session = Connection::open(
        {"host=" + address + "," + address + " port=" + std::to_string(harness::freePort()) + "," +
         std::to_string(cluster.port()) + " user=postgres dbname=postgres"},
        {});
    QVERIFY(session);
    QVERIFY(session->query("SELECT 1"));
}

void TstConnector::aReadOnlyServerIsForReadersOnly()
{
    const std::string database = tests::testCluster().createDatabase("read_only");
    harness::SqlClient(database).run(
        "ALTER DATABASE read_only SET default_transaction_read_only = on");
    const auto refused = Connection::open({database}, {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, Code::WaitForOperator);
    QVERIFY(Connection::open({database}, {.readOnly = true}));
    QVERIFY(Connection::open({database + " target_session_attrs=any"}, {}));
}

void TstConnector::aSilentServerIsGivenUpInTime()
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, harness::ownAddress().c_str(), &address.sin_addr);
    socklen_t size = sizeof(address);
    QCOMPARE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    QCOMPARE(::listen(listener, 1), 0);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    int calls = 0;
    const SteadyTime begun = steadyNow();
    const auto none = Connection::open({"host=" + harness::ownAddress() + " port=" +
                                        std::to_string(ntohs(address.sin_port)) + " user=x"},
                                       {.connectTimeout = 800ms, .waitHook = [&calls] {
                                            ++calls;
                                            return Result<void>();
                                        }});
    const auto took = steadyNow() - begun;
    ::close(listener);
    QVERIFY(!none);
    QCOMPARE(none.error().code, Code::ConnectionLost);
    QVERIFY(took >= 800ms && took < 3s);
    QVERIFY(calls >= 1);
}

void TstConnector::aBadTextIsToldWithoutItsSecret()
{
    const auto none = Connection::open({"postgres://ada:S3cret@[db"}, {});
    QVERIFY(!none);
    QCOMPARE(none.error().scope, Scope::Process);
    QCOMPARE(none.error().code, Code::InvalidInput);
    QVERIFY(describe(none.error()).find("S3cret") == std::string::npos);
}

MR_TEST(TstConnector)
#include "tst_connector.moc"
