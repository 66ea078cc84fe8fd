// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/database_check.h"

#include "core/postgres/conn_info.h"
#include "core/postgres/privilege_sql.h"

#include <netdb.h>

namespace millrace::postgres {

namespace {

LayerCheck passed(std::string layer, std::string found)
{
    return {std::move(layer), true, std::move(found), {}};
}

LayerCheck failed(std::string layer, std::string found, std::string mend)
{
    return {std::move(layer), false, std::move(found), std::move(mend)};
}

bool resolves(const std::string& host)
{
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, nullptr, &found) != 0)
        return false;
    ::freeaddrinfo(found);
    return true;
}

/// Nothing to resolve for sockets (a path, an abstract name, libpq's default) and given addresses.
LayerCheck checkDns(const ConnInfo& info)
{
    std::string missing;
    bool any = false;
    for (const ConnInfo& host : info.hosts()) {
        const std::string name = host.value("host");
        const bool isPath = name.empty() || name.front() == '/' || name.front() == '@';
        const bool found = isPath || !host.value("hostaddr").empty() || resolves(name);
        any = any || found;
        if (!found)
            missing += (missing.empty() ? "" : ", ") + name;
    }
    if (!any)
        return failed("database dns", "no address is known for " + missing,
                      "check the host name in --database and this machine's name service");
    return passed("database dns", missing.empty() ? "every host name has an address"
                                                  : "no address is known for " + missing +
                                                        ", the others are found");
}

/// libpq breaks its sentences over lines that begin with a tab.
std::string oneLine(const std::string& text)
{
    std::string line;
    for (const char letter : text) {
        const bool isBreak = letter == '\n' || letter == '\t';
        if (!isBreak)
            line += letter;
        else if (!line.ends_with(' '))
            line += ' ';
    }
    return line;
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

/// Names the layer at which the connection was refused, from the SQLSTATE and libpq's words.
LayerCheck refusalOf(const Error& error)
{
    const std::string& state = error.origin;
    const std::string found = oneLine(error.what);
    if (contains(error.what, "SSL") || contains(error.what, "certificate"))
        return failed("database tls", found,
                      "check sslmode, sslrootcert and the server's certificate and host name");
    if (state.starts_with("28") || contains(error.what, "password"))
        return failed("database login", found,
                      "check user and password in --database, and the server's pg_hba.conf");
    if (state.starts_with("3D000"))
        return failed("database name", found,
                      "make the database (createdb), or name one that exists in --database");
    if (state.starts_with("53300"))
        return failed("database login", found, "raise max_connections or end other sessions");
    if (state.starts_with("57P03"))
        return failed("database login", found, "wait until the server has started");
    if (state.empty() && error.code == Code::ConnectionLost)
        return failed("database tcp", found,
                      "check host and port, that the server runs and listens there, and firewalls");
    return failed("database login", found, "see what the server's log says about it");
}

std::string shownVersion(int version)
{
    return std::to_string(version / 10'000) + "." + std::to_string(version % 10'000);
}

LayerCheck checkVersion(int version)
{
    if (version < serverVersionMin)
        return failed("database version", "the server is PostgreSQL " + shownVersion(version),
                      "use PostgreSQL 15 or later");
    return passed("database version", "PostgreSQL " + shownVersion(version));
}

LayerCheck checkPrivileges(const Privileges& have, const std::string& dataSchema)
{
    const std::string layer = "database privilege";
    if (have.standby)
        return failed(layer, "the server is a standby and takes no writes",
                      "name the primary in --database");
    const bool controlFits =
        have.controlSchemaExists ? have.mayWriteControl : have.mayCreateSchemas;
    if (!controlFits)
        return failed(layer, "the role " + have.role + " may not write the schema millrace",
                      have.controlSchemaExists
                          ? "make " + have.role + " the owner of the schema millrace"
                          : "grant " + have.role + " CREATE on the database");
    const bool dataFits = have.dataSchemaExists ? have.mayWriteData : have.mayCreateSchemas;
    if (!dataFits)
        return failed(layer,
                      "the role " + have.role + " may not make tables in the schema " + dataSchema,
                      "grant " + have.role + " USAGE and CREATE on the schema " + dataSchema +
                          ", or name another with --schema");
    return passed(layer, "the role " + have.role + " may make tables in " + dataSchema);
}

} // namespace

std::vector<LayerCheck> checkDatabase(const Dsn& dsn, const std::string& dataSchema,
                                      std::chrono::milliseconds timeout)
{
    const auto info = ConnInfo::parse(dsn.text);
    if (!info)
        return {failed("database settings", info.error().what, "write a URL or key=value text")};
    std::vector<LayerCheck> checks{checkDns(*info)};
    if (!checks.back().passed)
        return checks;
    ConnectOptions options;
    options.applicationName = "millrace/check";
    options.connectTimeout = timeout;
    options.statementTimeout = timeout;
    auto connection = Connection::open(dsn, options);
    if (!connection) {
        checks.push_back(refusalOf(connection.error()));
        return checks;
    }
    checks.push_back(passed("database login", "connected: " + dsn.masked()));
    checks.push_back(checkVersion(connection->serverVersion()));
    if (!checks.back().passed)
        return checks;
    const auto privileges = readPrivileges(*connection, dataSchema);
    checks.push_back(privileges ? checkPrivileges(*privileges, dataSchema)
                                : failed("database privilege", privileges.error().what,
                                         "see what the server's log says about it"));
    return checks;
}

} // namespace millrace::postgres
