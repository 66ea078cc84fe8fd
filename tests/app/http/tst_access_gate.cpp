// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/access_gate.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::http;
using namespace std::chrono_literals;

class TstAccessGate : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void letsInByScope_data();
    void letsInByScope();
    void aProxysRequestIsNotOfThisMachine();
    void onlyBearerIsAToken_data();
    void onlyBearerIsAToken();
    void followsItsFile();
    void wrongTokensAreLimited();
    void manyAddressesCostNoMemory();
    void saysWhoIsLetIn();

private:
    unsigned status(AccessGate& gate, Access needs, std::optional<std::string> authorization,
                    const std::string& remote = "10.0.0.1");
    AccessGate gate(bool isLoopback, bool asksNoToken = false)
    {
        return AccessGate({isLoopback, asksNoToken, m_file}, [this] { return m_now; });
    }

    QTemporaryDir m_folder;
    std::string m_file = m_folder.filePath("tokens").toStdString();
    SteadyTime m_now;
};

void TstAccessGate::init()
{
    TokenList list;
    QVERIFY(list.add("reader", {Access::Read}, "r"));
    QVERIFY(list.add("operator", {Access::Operate}, "o"));
    QVERIFY(list.add("admin", {Access::Admin}, "a"));
    QVERIFY(list.write(m_file));
}

/// 200: it may pass.
unsigned TstAccessGate::status(AccessGate& gate, Access needs,
                               std::optional<std::string> authorization, const std::string& remote)
{
    Request request;
    request.authorization = std::move(authorization);
    request.remote = remote;
    const auto refused = gate.check(request, needs);
    return refused ? refused->status : 200;
}

void TstAccessGate::letsInByScope_data()
{
    QTest::addColumn<bool>("isLoopback");
    QTest::addColumn<QString>("token");
    QTest::addColumn<std::vector<unsigned>>("statuses"); // of read, sql, operate, admin
    const auto row = [](const char* name, bool isLoopback, const char* token,
                        std::vector<unsigned> statuses) {
        QTest::newRow(name) << isLoopback << QString(token) << std::move(statuses);
    };
    row("loopback, none", true, "", {200, 200, 401, 401});
    row("loopback, wrong", true, "x", {401, 401, 401, 401});
    row("loopback, operator", true, "o", {403, 403, 200, 403});
    row("loopback, admin", true, "a", {200, 200, 200, 200});
    row("elsewhere, none", false, "", {401, 401, 401, 401});
    row("elsewhere, wrong", false, "x", {401, 401, 401, 401});
    row("elsewhere, reader", false, "r", {200, 403, 403, 403});
    row("elsewhere, operator", false, "o", {403, 403, 200, 403});
    row("elsewhere, admin", false, "a", {200, 200, 200, 200});
}

void TstAccessGate::letsInByScope()
{
    QFETCH(bool, isLoopback);
    QFETCH(QString, token);
    QFETCH(std::vector<unsigned>, statuses);
    AccessGate asked = gate(isLoopback);
    AccessGate open = gate(isLoopback, true);
    const auto shown =
        token.isEmpty() ? std::nullopt : std::optional("Bearer " + token.toStdString());
    std::size_t at = 0;
    for (const Access needs : {Access::Read, Access::Sql, Access::Operate, Access::Admin}) {
        QCOMPARE(status(asked, needs, shown), statuses[at++]);
        QCOMPARE(status(open, needs, shown), 200U);
    }
    QCOMPARE(status(asked, Access::Open, shown), 200U);
}

void TstAccessGate::aProxysRequestIsNotOfThisMachine()
{
    AccessGate here = gate(true);
    Request request;
    request.remote = "127.0.0.1";
    QVERIFY(!here.check(request, Access::Read));
    request.isForwarded = true;
    QCOMPARE(here.check(request, Access::Read)->status, 401U);
    QCOMPARE(here.check(request, Access::Sql)->status, 401U);
    request.authorization = "Bearer r";
    QVERIFY(!here.check(request, Access::Read));
}

void TstAccessGate::onlyBearerIsAToken_data()
{
    QTest::addColumn<std::string>("authorization");
    QTest::addColumn<unsigned>("expected");
    const auto row = [](const char* text, unsigned expected) {
        QTest::newRow(text) << std::string(text) << expected;
    };
    row("Bearer r", 200);
    row("bearer r", 200);
    row("BEARER r", 200);
    row("Bearer  r", 401);
    row("Bearer", 401);
    row("Bearer ", 401);
    row("r", 401);
    row("Basic cjpy", 401);
    row("", 401);
}

void TstAccessGate::onlyBearerIsAToken()
{
    QFETCH(std::string, authorization);
    QFETCH(unsigned, expected);
    AccessGate asked = gate(false);
    QCOMPARE(status(asked, Access::Read, authorization), expected);
}

void TstAccessGate::followsItsFile()
{
    AccessGate asked = gate(false);
    QCOMPARE(status(asked, Access::Read, "Bearer r"), 200U);
    auto list = *TokenList::read(m_file);
    QVERIFY(list.remove("reader"));
    QVERIFY(list.add("late", {Access::Read}, "l"));
    QVERIFY(list.write(m_file));
    QCOMPARE(status(asked, Access::Read, "Bearer r"), 200U);
    m_now += 1s;
    QCOMPARE(status(asked, Access::Read, "Bearer r"), 401U);
    QCOMPARE(status(asked, Access::Read, "Bearer l"), 200U);
    QVERIFY(QFile::remove(QString::fromStdString(m_file)));
    m_now += 1s;
    QCOMPARE(status(asked, Access::Read, "Bearer l"), 401U);
}

void TstAccessGate::wrongTokensAreLimited()
{
    AccessGate asked = gate(true);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(status(asked, Access::Read, "Bearer x"), 401U);
    QCOMPARE(status(asked, Access::Read, "Bearer x"), 429U);
    QCOMPARE(status(asked, Access::Read, "Bearer r"), 429U);
    QCOMPARE(status(asked, Access::Read, "Bearer r", "10.0.0.2"), 200U);
    QCOMPARE(status(asked, Access::Read, std::nullopt), 200U);
    m_now += 59s;
    QCOMPARE(status(asked, Access::Read, "Bearer r"), 429U);
    m_now += 1s;
    QCOMPARE(status(asked, Access::Read, "Bearer r"), 200U);
    QCOMPARE(status(asked, Access::Read, "Bearer x"), 401U);
}

void TstAccessGate::manyAddressesCostNoMemory()
{
    AccessGate asked = gate(false);
    for (int i = 0; i < 10; ++i)
        status(asked, Access::Read, "Bearer x", "first");
    QCOMPARE(status(asked, Access::Read, "Bearer r", "first"), 429U);
    m_now += 1s;
    for (int i = 0; i < 1'000; ++i)
        status(asked, Access::Read, "Bearer x", std::to_string(i));
    QCOMPARE(status(asked, Access::Read, "Bearer r", "first"), 200U); // forgotten: the oldest
}

void TstAccessGate::saysWhoIsLetIn()
{
    QVERIFY((AccessRules{true, true, {}}.text().find("anybody") != std::string::npos));
    QVERIFY((AccessRules{true, false, {}}.text().find("from this machine") != std::string::npos));
    QCOMPARE((AccessRules{false, false, {}}.text()), std::string("everything with a token"));
}

MR_TEST(TstAccessGate)
#include "tst_access_gate.moc"
