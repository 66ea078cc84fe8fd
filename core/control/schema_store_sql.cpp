// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/control/schema_store.h"
#include "core/control/sql_value.h"

#include <cmath>

namespace millrace::control {

namespace {

using schema::literal;

std::string pathText(const schema::Path& path)
{
    std::string text = "[";
    for (const std::string& key : path) {
        text += text.size() > 1 ? "," : "";
        appendJsonString(text, key);
    }
    return text + "]";
}

/// A line of the timeline but for what is common to all of them.
struct TimelineRow
{
    std::string_view change;
    std::string column;
    std::string before;
    std::string after;
    schema::Cause cause;
};

/// The statements of one change after the other; rows that stand beside each other are inserted by
/// one statement, because a new table brings many.
class Script
{
public:
    Script(std::string topic, std::string table)
        : m_topic(std::move(topic))
        , m_table(std::move(table))
    {
    }

    void add(const AppliedChange& applied)
    {
        m_applied = &applied;
        std::visit([this](const auto& change) { store(change); }, applied.change);
    }
    [[nodiscard]] std::string text() &&
    {
        insertColumns();
        if (!m_timeline.empty())
            m_text += "INSERT INTO millrace.schema_change (topic, table_name, change, column_name, "
                      "before, after, ddl, duration_ms, sample, partition, record_offset) VALUES " +
                      m_timeline + ";\n";
        return std::move(m_text);
    }

private:
    void store(const schema::CreateTable& change)
    {
        m_text += "UPDATE millrace.topic SET table_name = " + textLiteral(change.table) +
                  " WHERE topic = " + m_topic + ";\n";
        tell({"create_table", "", "", change.table, change.cause});
    }

    void store(const schema::AddColumn& change)
    {
        const schema::Column& column = change.column;
        const std::string type(schema::sqlName(column.type));
        m_columns += (m_columns.empty() ? "(" : ", (") + m_topic + ", " + textLiteral(column.name) +
                     ", " + literal(pathText(column.path)) + ", " + literal(type) + ", " +
                     std::to_string(column.kinds.bits) + ", " + place(change.cause) + ")";
        tell({change.variant ? "variant_column" : "add_column", column.name, "", type,
              change.cause});
    }

    void store(const schema::WidenColumn& change)
    {
        const std::string type(schema::sqlName(change.to));
        insertColumns();
        m_text += "UPDATE millrace.column_map SET type = " + literal(type) +
                  ", widenings = widenings + 1, kinds = kinds | " +
                  std::to_string(change.kinds.bits) + whereColumn(change.column) +
                  "UPDATE millrace.topic SET layout = layout + 1 WHERE topic = " + m_topic + ";\n";
        tell({"widen_column", change.column, std::string(schema::sqlName(change.from)), type,
              change.cause});
    }

    void store(const schema::GrowKinds& change)
    {
        insertColumns();
        m_text += "UPDATE millrace.column_map SET kinds = kinds | " +
                  std::to_string(change.kinds.bits) + whereColumn(change.column);
    }

    void store(const schema::Overflow& change)
    {
        tell({"overflow", "", pathText(change.path), change.reason, change.cause});
    }

    void tell(const TimelineRow& row)
    {
        const double durationMs = std::isfinite(m_applied->durationMs) ? m_applied->durationMs : 0;
        m_timeline += (m_timeline.empty() ? "(" : ", (") + m_topic + ", " + m_table + ", " +
                      literal(row.change) + ", " + textLiteralOrNull(row.column) + ", " +
                      textLiteralOrNull(row.before) + ", " + textLiteralOrNull(row.after) + ", " +
                      textLiteral(m_applied->ddl) + ", " + std::to_string(durationMs) + ", " +
                      textLiteral(row.cause.sample) + ", " + place(row.cause) + ")";
    }

    void insertColumns()
    {
        if (m_columns.empty())
            return;
        m_text += "INSERT INTO millrace.column_map (topic, column_name, path, type, kinds, "
                  "partition, record_offset) VALUES " +
                  std::exchange(m_columns, {}) + ";\n";
    }

    [[nodiscard]] std::string whereColumn(const std::string& column) const
    {
        return " WHERE topic = " + m_topic + " AND column_name = " + textLiteral(column) + ";\n";
    }
    static std::string place(const schema::Cause& cause)
    {
        return std::to_string(cause.partition.value) + ", " + std::to_string(cause.offset.value);
    }

    std::string m_topic;
    std::string m_table;
    const AppliedChange* m_applied = nullptr;
    std::string m_text;
    std::string m_columns;  ///< rows of column_map that are not in m_text yet
    std::string m_timeline; ///< rows of schema_change
};

std::string whereColumn(const std::string& topic, const std::string& column)
{
    return " WHERE topic = " + textLiteral(topic) + " AND column_name = " + textLiteral(column);
}

} // namespace

Result<std::vector<schema::Column>> loadColumns(postgres::Connection& connection,
                                                const std::string& topic)
{
    const auto rows = connection.query(
        "SELECT m.id, m.column_name, m.type, m.kinds, m.widenings, k.key "
        "FROM millrace.column_map AS m LEFT JOIN LATERAL jsonb_array_elements_text(m.path) "
        "WITH ORDINALITY AS k (key, nth) ON true WHERE m.topic = $1 ORDER BY m.id, k.nth",
        {topic});
    if (!rows)
        return rows.error();
    std::vector<schema::Column> columns;
    std::int64_t lastId = -1;
    for (int row = 0; row < rows->rows(); ++row) {
        if (rows->number(row, 0) != lastId) {
            lastId = rows->number(row, 0);
            schema::Column& column = columns.emplace_back();
            column.name = rows->text(row, 1);
            column.type =
                schema::columnTypeOfSqlName(rows->text(row, 2)).value_or(schema::ColumnType::Text);
            column.kinds.bits = static_cast<std::uint8_t>(rows->number(row, 3));
            column.widenings = static_cast<int>(rows->number(row, 4));
        }
        if (!rows->isNull(row, 5))
            columns.back().path.emplace_back(rows->text(row, 5));
    }
    return columns;
}

std::string storeChangesSql(const std::string& topic, const schema::QualifiedName& table,
                            std::span<const AppliedChange> changes)
{
    Script script(textLiteral(topic), textLiteral(table.name));
    for (const AppliedChange& applied : changes)
        script.add(applied);
    return std::move(script).text();
}

std::string storeTableSql(const std::string& topic, const schema::QualifiedName& table)
{
    return "UPDATE millrace.topic SET table_name = " + textLiteral(table.name) +
           ", table_oid = " + literal(schema::quoted(table)) +
           "::regclass::oid WHERE topic = " + textLiteral(topic) + ";\n";
}

std::string renameColumnSql(const std::string& topic, const std::string& from,
                            const std::string& to)
{
    return "UPDATE millrace.column_map SET column_name = " + textLiteral(to) +
           whereColumn(topic, from) + ";\n";
}

std::string forgetColumnSql(const std::string& topic, const std::string& column)
{
    return "DELETE FROM millrace.column_map" + whereColumn(topic, column) + ";\n";
}

} // namespace millrace::control
