// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/maintenance.h"

#include "core/landing/maintenance_sql.h"

#include <algorithm>

namespace millrace::landing {

namespace {

constexpr std::chrono::milliseconds lockTimeout{100};

/// The last of our thresholds that so many rows have reached; 0: none.
std::int64_t reached(std::int64_t rows)
{
    if (rows >= Maintenance::secondAnalyseRows)
        return Maintenance::secondAnalyseRows;
    return rows >= Maintenance::firstAnalyseRows ? Maintenance::firstAnalyseRows : 0;
}

} // namespace

Result<void> Maintenance::look(const std::string& topic, const schema::QualifiedName& table,
                               std::int64_t rows)
{
    if (!m_isBounded) {
        if (auto bounded = boundLockWaits(m_connection, lockTimeout); !bounded)
            return m_connection.isBroken() ? bounded : Result<void>();
        m_isBounded = true;
    }
    Done& done = m_done[topic];
    for (const auto& work : {&Maintenance::analyseIfDue, &Maintenance::summariseIfDue}) {
        const auto result = (this->*work)(done, table, rows);
        if (!result && m_connection.isBroken())
            return result;
    }
    return {};
}

Result<void> Maintenance::analyseIfDue(Done& done, const schema::QualifiedName& table,
                                       std::int64_t rows)
{
    if (reached(rows) == 0 || reached(done.analysedRows) >= reached(rows))
        return {};
    const auto known = analysedRows(m_connection, table);
    if (!known)
        return known.error();
    done.analysedRows = *known;
    if (reached(*known) >= reached(rows))
        return {};
    if (auto result = analyse(m_connection, table); !result)
        return result;
    done.analysedRows = rows;
    return {};
}

Result<void> Maintenance::summariseIfDue(Done& done, const schema::QualifiedName& table,
                                         std::int64_t rows)
{
    if (rows < done.summarisedRows + summariseEveryRows)
        return {};
    if (auto result = summarise(m_connection, table); !result)
        return result;
    done.summarisedRows = rows;
    return {};
}

} // namespace millrace::landing
