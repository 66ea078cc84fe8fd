// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/cluster_config.h"

#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace millrace::postgres {

namespace {

namespace fs = std::filesystem;

constexpr const char* mapName = "millrace";
constexpr const char* settingsFile = "millrace.conf";

std::string confValue(const std::string& text)
{
    std::string value = "'";
    for (const char character : text)
        value += character == '\'' ? "''" : std::string(1, character);
    return value + "'";
}

std::string identWord(const std::string& text)
{
    return "\"" + text + "\"";
}

Result<void> replaceFile(const fs::path& path, const std::string& text, const UnixUser& owner)
{
    const fs::path fresh = path.string() + ".new";
    std::error_code failed;
    fs::remove(fresh, failed);
    {
        std::ofstream file(fresh, std::ios::binary);
        file << text;
        file.flush();
        if (!file)
            failed = std::make_error_code(std::errc::io_error);
    }
    if (!failed && ::geteuid() == 0 && ::lchown(fresh.c_str(), owner.user, owner.group) != 0)
        failed = std::make_error_code(std::errc::operation_not_permitted);
    if (!failed)
        fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write, failed);
    if (!failed)
        fs::rename(fresh, path, failed);
    if (failed)
        return Error{Scope::Process, Code::Refused,
                     "cannot write " + path.string() + ": " + failed.message(), ""};
    return {};
}

std::string withInclude(const fs::path& path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    const std::string line = std::string("include = '") + settingsFile + "'\n";
    const std::string have = text.str();
    return have.ends_with(line) ? have : have + "\n" + line;
}

} // namespace

std::string clusterSettings(const fs::path& sockets)
{
    return "# Written by millrace at each start.\n"
           "listen_addresses = ''\n"
           "port = 5432\n"
           "unix_socket_directories = " +
           confValue(sockets.string()) +
           "\n"
           "unix_socket_permissions = 0700\n"
           "max_connections = 60\n"
           "shared_buffers = 64MB\n"
           "work_mem = 16MB\n"
           "maintenance_work_mem = 64MB\n"
           "max_wal_size = 1GB\n"
           "recovery_init_sync_method = syncfs\n"
           "wal_level = minimal\n"
           "max_wal_senders = 0\n"
           "checkpoint_completion_target = 0.9\n"
           "jit = off\n"
           "timezone = 'UTC'\n"
           "log_timezone = 'UTC'\n"
           "lc_messages = 'C'\n"
           "logging_collector = on\n"
           "log_directory = 'log'\n"
           "log_filename = 'postgresql-%a.log'\n"
           "log_truncate_on_rotation = on\n"
           "log_rotation_age = 1d\n"
           "log_rotation_size = 0\n"
           "log_line_prefix = '%m [%p] %a '\n";
}

std::string clusterAccess()
{
    return std::string("# Written by millrace at each start.\nlocal all all peer map=") + mapName +
           "\n";
}

std::string clusterIdentities(std::span<const std::string> users)
{
    std::string text = "# Written by millrace at each start.\n";
    for (const std::string& user : users) {
        for (const char* role : {"millrace", clusterQueryRole, clusterAdmin})
            text += std::string(mapName) + " " + identWord(user) + " " + role + "\n";
    }
    return text;
}

Result<void> writeClusterConfig(const ClusterPlace& place, const fs::path& data)
{
    const std::set<std::string> names{"root", "postgres", place.self.name, place.owner().name};
    const std::vector<std::string> users(names.begin(), names.end());
    const std::vector<std::pair<fs::path, std::string>> files{
        {data / settingsFile, clusterSettings(place.sockets)},
        {data / "pg_hba.conf", clusterAccess()},
        {data / "pg_ident.conf", clusterIdentities(users)},
        {data / "postgresql.conf", withInclude(data / "postgresql.conf")}};
    for (const auto& [path, text] : files) {
        if (auto done = replaceFile(path, text, place.owner()); !done)
            return done;
    }
    return {};
}

} // namespace millrace::postgres
