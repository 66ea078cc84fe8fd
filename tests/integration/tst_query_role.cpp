// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/migration.h"
#include "tests/harness/harness_error.h"
#include "tests/integration/question_scene.h"
#include "tests/integration/scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <fstream>
#include <latch>
#include <set>
#include <thread>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;

/// The login for questions: made once, shared by all workers, with the password that the server
/// really asks for.
class TstQueryRole : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void fourWorkersMakeOneLogin();
    void theRoleIsWeak();
    void itsPasswordIsAskedFor();
    void aLostRowMakesANewPassword();
    void anotherDatabaseTakesAnotherName();
    void aRoleThatIsGoneIsMadeAgain();
    void whoMayNotMakeRolesIsToldWhatToRun();
    void onlyTheOwnerReadsThePassword();
    void tablesMadeLaterAreGranted();
    void theAdministratorsLoginIsUsedAsItIs();

private:
    /// A database of a plain login that may make roles, with the control schema.
    std::string ownersDatabase(const std::string& name, const std::string& owner = "maker");
    [[nodiscard]] std::string asOwner(const std::string& conninfo, const std::string& owner) const
    {
        return conninfo + " user=" + owner + " password=owners";
    }

    PostgresCluster m_cluster;
    std::string m_owners;
};

namespace {

postgres::Connection open(const std::string& conninfo)
{
    auto session = postgres::Connection::open({conninfo}, {.applicationName = "millrace/test"});
    if (!session)
        throw HarnessError(describe(session.error()));
    return std::move(*session);
}

bool opens(const postgres::Dsn& dsn)
{
    postgres::ConnectOptions options;
    options.readOnly = true;
    return postgres::Connection::open(dsn, std::move(options)).has_value();
}

query::QueryLogin loginOf(const std::string& conninfo)
{
    auto session = open(conninfo);
    auto login = query::prepareQueryRole(session, {conninfo}, {});
    if (!login)
        throw HarnessError(describe(login.error()));
    return std::move(*login);
}

} // namespace

void TstQueryRole::initTestCase()
{
    m_cluster.start();
    SqlClient admin(m_cluster.conninfo());
    admin.run("CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'owners';"
              "CREATE ROLE plain LOGIN PASSWORD 'owners'");
    std::ofstream hba(m_cluster.dataFolder() + "/pg_hba.conf");
    hba << "local all postgres trust\nhost all postgres all trust\n"
           "local all all scram-sha-256\nhost all all all scram-sha-256\n";
    hba.close();
    admin.run("SELECT pg_reload_conf()");
    m_owners = ownersDatabase("first");
}

std::string TstQueryRole::ownersDatabase(const std::string& name, const std::string& owner)
{
    const std::string admins = m_cluster.createDatabase(name);
    SqlClient admin(admins);
    admin.run("ALTER DATABASE " + name + " OWNER TO " + owner);
    std::string conninfo = m_cluster.conninfo(name);
    const std::size_t user = conninfo.find("user=");
    if (user != std::string::npos)
        conninfo.erase(user, conninfo.find(' ', user) - user);
    conninfo = asOwner(conninfo, owner);
    auto session = open(conninfo);
    if (auto done = control::migrate(session); !done)
        throw HarnessError(describe(done.error()));
    return conninfo;
}

void TstQueryRole::fourWorkersMakeOneLogin()
{
    std::latch ready(4);
    std::vector<std::string> texts(4);
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 4; ++i)
            workers.emplace_back([&, i] {
                auto session = open(m_owners);
                ready.arrive_and_wait();
                const auto login = query::prepareQueryRole(session, {m_owners}, {});
                texts[static_cast<std::size_t>(i)] =
                    login ? login->role + login->dsn.text : describe(login.error());
            });
    }
    QCOMPARE(std::set<std::string>(texts.begin(), texts.end()).size(), std::size_t{1});
    QVERIFY2(texts.front().starts_with("millrace_query"), texts.front().c_str());
}

void TstQueryRole::theRoleIsWeak()
{
    loginOf(m_owners);
    SqlClient admin(m_cluster.conninfo());
    QCOMPARE(admin.value("SELECT concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb,"
                         " rolreplication, rolbypassrls, rolconnlimit > 0) FROM pg_roles"
                         " WHERE rolname = 'millrace_query'"),
             std::string("f f f f f f t"));
    QCOMPARE(admin.number("SELECT count(*) FROM pg_auth_members WHERE member ="
                          " 'millrace_query'::regrole"),
             0);
}

void TstQueryRole::itsPasswordIsAskedFor()
{
    const auto login = loginOf(m_owners);
    QCOMPARE(SqlClient(login.dsn.text).value("SELECT current_user"), std::string("millrace_query"));
    QVERIFY(!opens({login.dsn.text + " password=wrong"}));
    std::ifstream file(m_cluster.logFile());
    const std::string logged(std::istreambuf_iterator<char>(file), {});
    auto session = open(m_owners);
    const auto stored = session.query("SELECT password FROM millrace.query_role");
    QVERIFY(stored && stored->text(0, 0).size() == 64);
    QVERIFY(logged.find(stored->text(0, 0)) == std::string::npos);
}

void TstQueryRole::aLostRowMakesANewPassword()
{
    const auto before = loginOf(m_owners);
    QVERIFY(open(m_owners).execute("DELETE FROM millrace.query_role"));
    const auto after = loginOf(m_owners);
    QCOMPARE(after.role, before.role);
    QVERIFY(before.dsn.text != after.dsn.text);
    QVERIFY(opens(after.dsn));
    QVERIFY(!opens(before.dsn));
}

void TstQueryRole::anotherDatabaseTakesAnotherName()
{
    const auto first = loginOf(m_owners);
    const std::string other = ownersDatabase("second");
    const auto second = loginOf(other);
    QVERIFY(second.role != first.role);
    QVERIFY(opens(first.dsn));
    QVERIFY(opens(second.dsn));
}

void TstQueryRole::aRoleThatIsGoneIsMadeAgain()
{
    const std::string database = ownersDatabase("third");
    const auto before = loginOf(database);
    SqlClient(m_cluster.conninfo()).run("DROP ROLE " + before.role);
    const auto after = loginOf(database);
    QCOMPARE(after.role, before.role);
    QVERIFY(opens(after.dsn));
}

void TstQueryRole::whoMayNotMakeRolesIsToldWhatToRun()
{
    const std::string database = ownersDatabase("fourth", "plain");
    auto session = open(database);
    const auto login = query::prepareQueryRole(session, {database}, {});
    QVERIFY(!login);
    QVERIFY(login.error().what.find("CREATE ROLE") != std::string::npos);
    QVERIFY(login.error().what.find("--query-database") != std::string::npos);
    QVERIFY(session.query("SELECT 1")); // nothing is left open
}

void TstQueryRole::onlyTheOwnerReadsThePassword()
{
    const auto login = loginOf(m_owners);
    QCOMPARE(SqlClient(login.dsn.text).refusal("SELECT password FROM millrace.query_role"),
             std::string("42501"));
}

void TstQueryRole::tablesMadeLaterAreGranted()
{
    auto session = open(m_owners);
    const auto login = loginOf(m_owners);
    SqlClient asRole(login.dsn.text);
    QCOMPARE(*query::grantTables(session, login.role, "shop"), 1); // what the tables have seen
    QCOMPARE(asRole.refusal("SELECT * FROM millrace.seen"), std::string());
    QCOMPARE(asRole.refusal("SELECT * FROM millrace.position"), std::string("42501"));
    for (const std::string name : {"one", "Two \"quoted\""}) {
        const std::string table = "shop." + quoted(name);
        QVERIFY(session.execute("CREATE SCHEMA IF NOT EXISTS shop; CREATE TABLE " + table + " ()"));
        QVERIFY(session.query("INSERT INTO millrace.topic (topic, table_name, table_oid)"
                              " VALUES ($1, $1, $2::regclass)",
                              {name, table}));
        const auto granted = query::grantTables(session, login.role, "shop");
        QVERIFY(granted && *granted == 1);
        QCOMPARE(asRole.refusal("SELECT * FROM " + table), std::string());
    }
    QVERIFY(session.execute("CREATE TABLE shop.private ()"));
    QCOMPARE(*query::grantTables(session, login.role, "shop"), 0);
    QCOMPARE(asRole.refusal("SELECT * FROM shop.private"), std::string("42501"));
}

void TstQueryRole::theAdministratorsLoginIsUsedAsItIs()
{
    auto session = open(m_owners);
    const std::string given = asOwner(m_owners, "plain");
    const auto login = query::prepareQueryRole(session, {m_owners}, {given});
    QVERIFY(login);
    QCOMPARE(login->dsn.text, given);
    QCOMPARE(login->role, std::string("plain"));
}

MR_TEST(TstQueryRole)
#include "tst_query_role.moc"
