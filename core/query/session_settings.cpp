// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/session_settings.h"

#include "core/postgres/conn_info.h"
#include "core/schema/identifier.h"

namespace millrace::query {

namespace {

std::string settingsOptions(const std::string& dataSchema, const QueryLimits& limits)
{
    const std::pair<const char*, std::string> settings[] = {
        {"search_path", searchPath(dataSchema)},
        {"default_transaction_read_only", "on"},
        {"statement_timeout", std::to_string(limits.timeMax.count())},
        {"lock_timeout", std::to_string(limits.lockWaitMax.count())},
        {"idle_in_transaction_session_timeout", "60000"},
        {"work_mem", "16MB"},
        {"max_parallel_workers_per_gather", "0"},
        {"jit", "off"},
        {"row_security", "on"},
        {"standard_conforming_strings", "on"},
        {"DateStyle", "ISO, YMD"},
        {"IntervalStyle", "postgres"},
        {"TimeZone", "UTC"},
        {"extra_float_digits", "1"},
        {"bytea_output", "hex"}};
    std::string text;
    for (const auto& [name, value] : settings) {
        text += std::string(" -c ") + name + "=";
        for (const char c : value) {
            if (c == ' ' || c == '\\')
                text += '\\';
            text += c;
        }
    }
    return text;
}

} // namespace

std::string searchPath(const std::string& dataSchema)
{
    return "pg_catalog, " + schema::quoted(dataSchema);
}

Result<postgres::Dsn> withSettings(const postgres::Dsn& dsn, const std::string& dataSchema,
                                   const QueryLimits& limits)
{
    auto info = postgres::ConnInfo::parse(dsn.text);
    if (!info)
        return info.error();
    info->set("options", info->value("options") + settingsOptions(dataSchema, limits));
    return postgres::Dsn{info->text()};
}

} // namespace millrace::query
