// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/table_facts.h"

#include <nlohmann/json.hpp>

namespace millrace::http {

namespace {

using Json = nlohmann::ordered_json;

Json orNull(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

} // namespace

std::string tableFactsJson(const query::SourceTable& table, const query::TableFacts& facts)
{
    Json columns = Json::array();
    for (const query::SourceColumn& column : table.columns)
        columns.push_back({{"name", column.name},
                           {"type", column.sqlType},
                           {"path", column.path.empty() ? Json(nullptr) : Json(column.path)},
                           {"since", orNull(column.since)}});
    Json positions = Json::array();
    for (const query::PartitionFacts& partition : facts.partitions)
        positions.push_back({{"generation", partition.generation.value},
                             {"partition", partition.partition.value},
                             {"next_offset", partition.nextOffset.value},
                             {"rows", partition.rows},
                             {"dead", partition.dead},
                             {"state", partition.state}});
    return Json{{"table", table.name.name},
                {"topic", table.topic},
                {"rows", facts.rows},
                {"dead", facts.dead},
                {"committed_at", orNull(facts.committedAt.value_or(""))},
                {"contract", facts.contract},
                {"state", facts.state},
                {"reason", facts.reason},
                {"schema_version", table.schemaVersion},
                {"columns", columns},
                {"positions", positions}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace millrace::http
