// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/server_programs.h"

#include "core/postgres/server_command.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace millrace::postgres {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds askTimeout{5};

bool hasServer(const fs::path& folder)
{
    std::error_code none;
    return fs::exists(folder / "initdb", none) && fs::exists(folder / "postgres", none) &&
           fs::exists(folder / "pg_ctl", none);
}

/// "postgres (PostgreSQL) 15.4 (Debian …)" → 15; 0 when it says something else.
int majorVersionOf(const fs::path& folder)
{
    const auto answer = runCommand({folder / "postgres", "--version"}, std::nullopt, askTimeout);
    const std::string_view text = answer ? std::string_view(*answer) : std::string_view();
    const auto digit = text.find_first_of("0123456789");
    int version = 0;
    if (digit != std::string_view::npos)
        std::from_chars(text.data() + digit, text.data() + text.size(), version);
    return version;
}

std::vector<fs::path> foldersOfPath()
{
    std::vector<fs::path> folders;
    const char* path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(':'), rest.size());
        folders.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return folders;
}

/// What pg_config of the first folder that has one says.
std::optional<fs::path> configuredFolder(const std::vector<fs::path>& folders)
{
    for (const fs::path& folder : folders) {
        std::error_code none;
        if (!fs::exists(folder / "pg_config", none))
            continue;
        auto answer = runCommand({folder / "pg_config", "--bindir"}, std::nullopt, askTimeout);
        if (answer)
            return fs::path(answer->substr(0, answer->find('\n')));
    }
    return std::nullopt;
}

std::vector<fs::path> candidates()
{
    std::vector<fs::path> folders;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none))
        folders.push_back(entry.path() / "bin");
    const std::vector<fs::path> path = foldersOfPath();
    if (const auto configured = configuredFolder(path))
        folders.push_back(*configured);
    folders.insert(folders.end(), path.begin(), path.end());
    return folders;
}

} // namespace

Result<ServerPrograms> findServerPrograms(std::optional<int> wanted)
{
    ServerPrograms best;
    for (const fs::path& folder : candidates()) {
        if (!hasServer(folder))
            continue;
        const int version = majorVersionOf(folder);
        if (wanted ? version == *wanted : version > best.majorVersion)
            best = {folder, version};
        if (wanted && best.majorVersion == *wanted)
            break;
    }
    if (best.majorVersion > 0)
        return best;
    if (wanted)
        return Error{Scope::Process, Code::NotFound,
                     "the private database was made by PostgreSQL " + std::to_string(*wanted) +
                         ", whose programs are not installed: install postgresql-" +
                         std::to_string(*wanted) + ", or use another data folder",
                     "initdb"};
    return Error{Scope::Process, Code::NotFound,
                 "no PostgreSQL server is installed: install the package postgresql, or give "
                 "--database",
                 "initdb"};
}

std::optional<int> dataVersion(const fs::path& dataFolder)
{
    std::ifstream file(dataFolder / "PG_VERSION");
    int version = 0;
    if (file >> version)
        return version;
    return std::nullopt;
}

} // namespace millrace::postgres
