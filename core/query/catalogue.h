// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/schema/identifier.h"
#include "core/schema/table_schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::query {

/// A column that questions may name. `path` is empty and `since` too for the eight fixed columns.
struct SourceColumn
{
    std::string name;
    schema::ColumnType type = schema::ColumnType::Text; ///< BigInt for _partition and _generation
    std::string sqlType; ///< as PostgreSQL spells it: "bigint", "timestamp with time zone"
    schema::Path path;
    std::string since; ///< RFC 3339, UTC; rows with an earlier _ingested did not have it

    bool operator==(const SourceColumn&) const = default;
};

/// A table that questions may read: one topic's.
struct SourceTable
{
    std::string topic;
    schema::QualifiedName name;
    Oid oid;
    std::int64_t schemaVersion = 0; ///< id of the last line of the topic's schema history
    double rowsMost = 0; ///< of all generations; 1,024, or up to twice as many as there are
    std::vector<SourceColumn> columns; ///< in the order of the table

    [[nodiscard]] const SourceColumn* column(std::string_view wanted) const noexcept;
    [[nodiscard]] std::string_view nearestColumn(std::string_view wanted) const;
    bool operator==(const SourceTable&) const = default;
};

/// All tables at one moment; a value that threads may share.
class Catalogue
{
public:
    Catalogue() = default;
    /// Sorted by table name.
    explicit Catalogue(std::vector<SourceTable> tables);

    [[nodiscard]] const std::vector<SourceTable>& tables() const noexcept { return m_tables; }
    /// By table name, else by topic name (the name map may have renamed it); null: none.
    [[nodiscard]] const SourceTable* find(std::string_view tableOrTopic) const noexcept;
    [[nodiscard]] std::string_view nearestTable(std::string_view wanted) const;

private:
    std::vector<SourceTable> m_tables;
};

/// Reads it with a session that may read the control schema. Only tables of topics, in `dataSchema`
/// and there; columns that a DBA has added are left out.
Result<Catalogue> loadCatalogue(postgres::Connection& session, const std::string& dataSchema);

struct PartitionFacts
{
    Generation generation;
    PartitionId partition;
    Offset nextOffset;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::string state;
};
/// What is told about one table beside its columns; `partitions` of all generations.
struct TableFacts
{
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::optional<std::string> committedAt; ///< of the latest commit, RFC 3339, UTC
    std::string contract;
    std::string state;
    std::string reason;
    std::vector<PartitionFacts> partitions;
};
/// Errors: Code::NotFound when there is no such topic.
Result<TableFacts> loadTableFacts(postgres::Connection& session, const std::string& topic);

} // namespace millrace::query
