// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/query/shop.h"

namespace millrace::tests {

using schema::ColumnType;
using Own = std::vector<std::pair<std::string, ColumnType>>;

namespace {

query::SourceTable table(const std::string& topic, const std::string& name, const Own& own)
{
    const Own fixed{{"_partition", ColumnType::BigInt},   {"_generation", ColumnType::BigInt},
                    {"_offset", ColumnType::BigInt},      {"_time", ColumnType::Timestamp},
                    {"_ingested", ColumnType::Timestamp}, {"_key", ColumnType::Text},
                    {"_headers", ColumnType::Json},       {"_more", ColumnType::Json}};
    query::SourceTable made;
    made.topic = topic;
    made.name = {"public", name};
    for (const auto& [column, type] : fixed)
        made.columns.push_back({column, type, std::string(schema::sqlName(type)), {}, {}});
    for (const auto& [column, type] : own)
        made.columns.push_back({column, type, std::string(schema::sqlName(type)), {column}, {}});
    return made;
}

} // namespace

query::Catalogue shopCatalogue()
{
    return query::Catalogue({table("Customer-Events", "customers",
                                   {{"customer_id", ColumnType::BigInt},
                                    {"name", ColumnType::Text},
                                    {"tier", ColumnType::Text},
                                    {"signup_at", ColumnType::Timestamp},
                                    {"country", ColumnType::Text}}),
                             table("orders", "orders",
                                   {{"order_id", ColumnType::Text},
                                    {"customer_id", ColumnType::BigInt},
                                    {"product_id", ColumnType::BigInt},
                                    {"created_at", ColumnType::Timestamp},
                                    {"status", ColumnType::Text},
                                    {"amount", ColumnType::Numeric},
                                    {"tax", ColumnType::Numeric},
                                    {"city", ColumnType::Text},
                                    {"platform", ColumnType::Text},
                                    {"is_gift", ColumnType::Bool},
                                    {"lat", ColumnType::Double},
                                    {"lng", ColumnType::Double},
                                    {"items", ColumnType::Json}})});
}

} // namespace millrace::tests
