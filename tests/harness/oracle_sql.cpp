// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/oracle_sql.h"

namespace millrace::harness {
namespace {

const std::string current =
    " topic = $1 AND generation = (SELECT max(generation) FROM millrace.generation"
    " WHERE topic = $1)";

} // namespace

std::string tableNameQuery()
{
    return "SELECT table_name FROM millrace.topic WHERE topic = $1";
}

std::string positionQuery()
{
    return "SELECT partition, first_offset, next_offset, rows, dead, skipped, gap, holes"
           " FROM millrace.position WHERE" +
           current + " ORDER BY partition";
}

std::string gapQuery()
{
    return "SELECT partition, first_offset, last_offset FROM millrace.gap WHERE kind = 'rows' AND" +
           current;
}

std::string rowQuery(const std::string& table, const std::string& generation)
{
    return "SELECT _partition, _offset FROM " + table + " WHERE _generation = " + generation;
}

std::string columnQuery(const std::string& table, const std::string& generation,
                        const std::string& expression)
{
    return "SELECT _partition, _offset, (" + expression + ")::text FROM " + table +
           " WHERE _generation = " + generation;
}

std::string letterQuery()
{
    return "SELECT partition, record_offset FROM millrace.dead_letter"
           " WHERE state <> 'replayed' AND" +
           current;
}

std::string generationQuery()
{
    return "SELECT max(generation) FROM millrace.generation WHERE topic = $1";
}

} // namespace millrace::harness
