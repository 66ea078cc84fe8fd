// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/schema/identifier.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace millrace::landing {

/// Keeps data tables fit for queries, over a connection of its own so that no lane waits: ANALYZE
/// when a table reaches 10,000 and 1,000,000 rows (autovacuum comes too late for a table that is
/// filled in seconds), and summarising the BRIN index as it grows. Waits 100 ms for a lock at most.
/// One thread.
class Maintenance
{
public:
    static constexpr std::int64_t firstAnalyseRows = 10'000;
    static constexpr std::int64_t secondAnalyseRows = 1'000'000;
    static constexpr std::int64_t summariseEveryRows = 100'000;

    explicit Maintenance(postgres::Connection& connection)
        : m_connection(connection)
    {
    }

    /// Does what is due for a table that has `rows` rows now; cheap when nothing is. A table that
    /// is locked, or gone, is left for the next look. Errors: ConnectionLost only.
    Result<void> look(const std::string& topic, const schema::QualifiedName& table,
                      std::int64_t rows);

private:
    struct Done
    {
        std::int64_t analysedRows = -1; ///< -1: not asked yet
        std::int64_t summarisedRows = 0;
    };
    Result<void> analyseIfDue(Done& done, const schema::QualifiedName& table, std::int64_t rows);
    Result<void> summariseIfDue(Done& done, const schema::QualifiedName& table, std::int64_t rows);

    postgres::Connection& m_connection;
    bool m_isBounded = false;
    std::unordered_map<std::string, Done> m_done;
};

} // namespace millrace::landing
