// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/log.h"
#include "core/engine/settings.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace millrace::app {

/// Where the value of an option came from; the first that speaks wins.
enum class Source : std::uint8_t { Flag, Environment, File, Default };

/// What the command line, the environment and the file say, each value checked by itself and all
/// together. Names are those of the flags. Secrets stand in `database`,
/// `queryDatabase` and `kafka` only.
struct Options
{
    bool serve = false;
    bool demo = false;
    bool demoFeed = false;
    std::int64_t demoRate = 500; ///< messages a second
    bool ingest = true;

    std::string brokers;
    std::string topics; ///< empty: all but internal ones
    std::string group = "millrace";
    std::string instance; ///< empty: host name and a hash kept in the data folder
    std::vector<std::pair<std::string, std::string>> kafka;
    bool acceptCluster = false;

    std::string database;
    std::string queryDatabase; ///< empty: the engine makes the role
    std::string schema = "public";
    bool brinIndex = true;
    std::int64_t rewriteLimitMb = Limits{}.rewriteTableBytesMax >> 20;

    std::int64_t lanes = 0; ///< 0: one a core, at most 4
    std::int64_t batchRecords = static_cast<std::int64_t>(Limits{}.batchRecordsMax);
    std::int64_t batchBytes = static_cast<std::int64_t>(Limits{}.batchBytesMax);
    std::int64_t batchWaitMs = Limits{}.batchWaitMax.count();
    std::int64_t valueLimitMb = static_cast<std::int64_t>(Limits{}.valueBytesMax >> 20);

    std::string listen = "127.0.0.1:8080";
    std::filesystem::path tokenFile; ///< empty: `tokens` in the data folder
    bool noToken = false;
    std::filesystem::path tlsCertificate; ///< empty: plain HTTP
    std::filesystem::path tlsKey;
    std::string proxies;  ///< addresses and ranges, with commas
    std::string basePath; ///< "/millrace"; empty: none
    std::vector<std::string> hostNames;
    std::filesystem::path dataDir; ///< filled by parseOptions() when nobody says
    std::filesystem::path config;  ///< empty: no file
    LogFormat logFormat = LogFormat::Text;

    std::vector<std::string>
        token; ///< {"add", NAME}, {"remove", NAME}, {"list"}; empty: no command
    std::vector<std::string> scope; ///< of a token that is added
    bool check = false;
    bool printConfig = false;
    bool version = false;
    bool help = false;

    std::map<std::string, Source, std::less<>>
        sources; ///< of options that are not at their default
};

/// What the engine is told; `instance` and, in a demo, brokers and database come from the caller.
[[nodiscard]] engine::Settings engineSettings(const Options& options);

} // namespace millrace::app
