// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"
#include "core/postgres/conn_info.h"
#include "core/query/query_role.h"
#include "core/schema/identifier.h"

#include <random>

namespace millrace::query {

namespace {

constexpr const char* usualName = "millrace_query";

struct StoredLogin
{
    std::string name;
    std::string password;
};

/// 256 bits of the system's own randomness as hexadecimal digits.
std::string randomPassword()
{
    constexpr int words = 8;
    constexpr char digits[] = "0123456789abcdef";
    std::random_device source;
    std::string text;
    for (int i = 0; i < words; ++i) {
        const unsigned word = source();
        for (int shift = 0; shift < 32; shift += 4)
            text += digits[(word >> shift) & 0xf];
    }
    return text;
}

Result<postgres::Dsn> withLogin(const postgres::Dsn& owners, const StoredLogin& login)
{
    auto info = postgres::ConnInfo::parse(owners.text);
    if (!info)
        return info.error();
    for (const char* key : {"passfile", "sslcert", "sslkey", "sslpassword", "options"})
        if (!info->value(key).empty())
            info->set(key, "");
    info->set("user", login.name);
    info->set("password", login.password);
    return postgres::Dsn{info->text()};
}

/// What a role is made with. One that is there keeps what only a superuser may take from it; the
/// check of the sandbox looks at that.
std::string attributes(const std::string& verifier, bool isThere)
{
    return std::string(isThere ? "" : " NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION") +
           " LOGIN NOINHERIT CONNECTION LIMIT 64 PASSWORD " + schema::literal(verifier);
}

/// What the role's own sessions begin with; each question sets its own limits besides.
std::string defaultsSql(const std::string& role)
{
    const std::string alter = "ALTER ROLE " + schema::quoted(role) + " SET ";
    return alter + "default_transaction_read_only = on;" + alter + "statement_timeout = '60s';" +
           alter + "idle_in_transaction_session_timeout = '60s';" + alter + "lock_timeout = '2s'";
}

Error cannotMakeRoles(const std::string& role)
{
    const std::string name = schema::quoted(role);
    return {Scope::Process, Code::WaitForOperator,
            "the login may not make the role for questions. Let an administrator run CREATE ROLE " +
                name +
                " LOGIN NOINHERIT CONNECTION LIMIT 64 PASSWORD '…'; and give its connection string "
                "by --query-database",
            "42501"};
}

/// By what the usual role is known as this database's own when its row is lost.
std::string commentOf(std::string_view database)
{
    return "Questions of Millrace in the database " + std::string(database);
}

Result<bool> hasRole(postgres::Connection& owner, const std::string& name)
{
    const auto found = owner.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", {name});
    if (!found)
        return found.error();
    return found->rows() > 0;
}

Result<std::string> databaseOf(postgres::Connection& owner)
{
    const auto database = owner.query("SELECT pg_catalog.current_database()");
    if (!database)
        return database.error();
    return std::string(database->text(0, 0));
}

/// Roles belong to the whole server: where another database's worker has made the usual one, ours
/// is told apart by the database's name.
Result<std::string> freeName(postgres::Connection& owner, const std::string& database)
{
    const auto taken =
        owner.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 "
                    "AND pg_catalog.shobj_description(oid, 'pg_authid') IS DISTINCT FROM $2",
                    {usualName, commentOf(database)});
    if (!taken)
        return taken.error();
    if (taken->rows() == 0)
        return std::string(usualName);
    constexpr std::size_t digits = 8;
    const Sha256 hash = sha256(database);
    const std::string_view bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
    return usualName + ("_" + hex(bytes).substr(0, digits));
}

/// Where the login may set it: a sort that spills is bounded too.
Result<void> limitFiles(postgres::Connection& owner, const std::string& name)
{
    const auto may =
        owner.query("SELECT pg_catalog.has_parameter_privilege('temp_file_limit', 'SET')");
    if (!may)
        return may.error();
    if (!may->boolean(0, 0))
        return {};
    const auto limited =
        owner.execute("ALTER ROLE " + schema::quoted(name) + " SET temp_file_limit = '1GB'");
    return limited ? Result<void>() : Result<void>(limited.error());
}

Result<StoredLogin> makeLogin(postgres::Connection& owner, const std::string& name, bool isThere)
{
    StoredLogin login{name, randomPassword()};
    const auto database = databaseOf(owner);
    if (!database)
        return database.error();
    const auto verifier = owner.passwordVerifier(name, login.password);
    if (!verifier)
        return verifier.error();
    const std::string role = schema::quoted(name);
    const auto made =
        owner.execute((isThere ? "ALTER ROLE " : "CREATE ROLE ") + role +
                      attributes(*verifier, isThere) + ";COMMENT ON ROLE " + role + " IS " +
                      schema::literal(commentOf(*database)) + ";" + defaultsSql(name));
    if (!made)
        return owner.lastError().sqlState == "42501" ? cannotMakeRoles(name) : made.error();
    if (auto limited = limitFiles(owner, name); !limited)
        return limited.error();
    const auto stored = owner.query(
        "INSERT INTO millrace.query_role (name, password) VALUES ($1, $2)"
        " ON CONFLICT (is_only) DO UPDATE SET name = excluded.name, password = excluded.password,"
        " made_at = now()",
        {login.name, login.password});
    if (!stored)
        return stored.error();
    return login;
}

/// Inside a transaction that holds the table: one worker makes it, the others find it.
Result<StoredLogin> storedOrMade(postgres::Connection& owner)
{
    const auto stored = owner.query("SELECT name, password FROM millrace.query_role");
    if (!stored)
        return stored.error();
    if (stored->rows() == 0) {
        const auto database = databaseOf(owner);
        if (!database)
            return database.error();
        const auto name = freeName(owner, *database);
        if (!name)
            return name.error();
        const auto isThere = hasRole(owner, *name);
        return isThere ? makeLogin(owner, *name, *isThere) : isThere.error();
    }
    StoredLogin login{std::string(stored->text(0, 0)), std::string(stored->text(0, 1))};
    const auto isThere = hasRole(owner, login.name);
    if (!isThere)
        return isThere.error();
    return *isThere ? login : makeLogin(owner, login.name, false);
}

Result<StoredLogin> ownLogin(postgres::Connection& owner)
{
    if (auto begun = owner.execute("BEGIN; SET LOCAL lock_timeout = '10s';"
                                   " LOCK TABLE millrace.query_role IN ACCESS EXCLUSIVE MODE");
        !begun)
        return begun.error();
    auto login = storedOrMade(owner);
    if (!login)
        return login;
    if (auto committed = owner.execute("COMMIT"); !committed)
        return committed.error();
    return login;
}

Result<std::string> roleOf(const postgres::Dsn& dsn)
{
    postgres::ConnectOptions options;
    options.applicationName = "millrace/query-role";
    options.readOnly = true;
    auto session = postgres::Connection::open(dsn, std::move(options));
    if (!session)
        return session.error();
    const auto role = session->query("SELECT current_user");
    if (!role)
        return role.error();
    return std::string(role->text(0, 0));
}

} // namespace

Result<QueryLogin> prepareQueryRole(postgres::Connection& owner, const postgres::Dsn& ownersDsn,
                                    const postgres::Dsn& administrators)
{
    if (!administrators.text.empty()) {
        const auto role = roleOf(administrators);
        if (!role)
            return role.error();
        return QueryLogin{administrators, *role};
    }
    const auto login = ownLogin(owner);
    if (!login) {
        owner.rollback();
        return login.error();
    }
    auto dsn = withLogin(ownersDsn, *login);
    if (!dsn)
        return dsn.error();
    return QueryLogin{std::move(*dsn), login->name};
}

Result<int> grantTables(postgres::Connection& owner, const std::string& role,
                        const std::string& dataSchema)
{
    const auto missing = owner.query(
        "SELECT n.nspname, c.relname, pg_catalog.has_schema_privilege($1, n.oid, 'USAGE') "
        "FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE (n.nspname = $2 AND c.oid IN (SELECT t.table_oid FROM millrace.topic AS t) "
        "OR n.nspname = 'millrace' AND c.relname = 'seen') "
        "AND (NOT pg_catalog.has_table_privilege($1, c.oid, 'SELECT') "
        "OR NOT pg_catalog.has_schema_privilege($1, n.oid, 'USAGE')) "
        "ORDER BY n.nspname",
        {role, dataSchema});
    if (!missing)
        return missing.error();
    std::string script;
    for (int row = 0; row < missing->rows(); ++row) {
        const std::string space = schema::quoted(missing->text(row, 0));
        if (!missing->boolean(row, 2))
            script += "GRANT USAGE ON SCHEMA " + space + " TO " + schema::quoted(role) + ";";
        script += "GRANT SELECT ON " + space + "." + schema::quoted(missing->text(row, 1)) +
                  " TO " + schema::quoted(role) + ";";
    }
    if (script.empty())
        return 0;
    // workers that grant at once would meet in the catalogue's rows
    const auto granted = owner.execute(
        "BEGIN; LOCK TABLE millrace.query_role IN ACCESS EXCLUSIVE MODE;" + script + "COMMIT");
    if (!granted) {
        owner.rollback();
        return granted.error();
    }
    return missing->rows();
}

} // namespace millrace::query
