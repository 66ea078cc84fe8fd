// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/table_catalogue.h"

#include "core/control/schema_store.h"
#include "core/landing/table_catalogue_sql.h"

#include <algorithm>
#include <array>
#include <set>

namespace millrace::landing {

namespace {

struct FixedColumn
{
    std::string_view name;
    std::uint32_t type; ///< oid of pg_type
};
constexpr std::array<FixedColumn, 8> fixedColumns{{
    {"_partition", 23},
    {"_generation", 23},
    {"_offset", 20},
    {"_time", 1184},
    {"_ingested", 1184},
    {"_key", 25},
    {"_headers", 3802},
    {"_more", 3802},
}};

/// Takes the table's attributes one by one out of the hands of column_map.
class Reconciliation
{
public:
    Reconciliation(TableState& state, std::span<const Attribute> attributes)
        : m_state(state)
        , m_topic(state.topic.topic)
    {
        for (const Attribute& attribute : attributes)
            m_free.push_back(&attribute);
    }

    Result<void> takeFixed()
    {
        for (const FixedColumn& fixed : fixedColumns) {
            const Attribute* attribute = take(fixed.name);
            if (attribute == nullptr || attribute->type.value != fixed.type)
                return Error{Scope::Batch, Code::UserRule,
                             "the column " + std::string(fixed.name) + " of the table " +
                                 m_state.table.name + " is gone or has another type",
                             "topic " + m_topic};
        }
        return {};
    }

    void takeColumns(std::vector<schema::Column> columns)
    {
        std::vector<const Attribute*> found(columns.size(), nullptr);
        for (const auto& look : {&Reconciliation::takeAsStored, &Reconciliation::takeRenamed,
                                 &Reconciliation::takeRetyped}) {
            for (std::size_t i = 0; i < columns.size(); ++i) {
                if (found[i] == nullptr)
                    found[i] = (this->*look)(columns[i]);
            }
        }
        for (std::size_t i = 0; i < columns.size(); ++i)
            settle(columns[i], found[i], columns);
    }

    void leaveRest()
    {
        for (const Attribute* attribute : m_free)
            m_state.foreignColumns.push_back(attribute->name);
    }

private:
    const Attribute* take(std::string_view name)
    {
        return takeIf([name](const Attribute* one) { return one->name == name; });
    }
    const Attribute* takeAsStored(const schema::Column& column)
    {
        const Oid type = schema::typeOid(column.type);
        return takeIf(
            [&](const Attribute* one) { return one->type == type && one->name == column.name; });
    }
    const Attribute* takeRetyped(const schema::Column& column) { return take(column.name); }
    const Attribute* takeRenamed(const schema::Column& column)
    {
        const Oid type = schema::typeOid(column.type);
        const std::string comment = schema::displayPath(column.path);
        return takeIf([&](const Attribute* one) {
            return one->type == type && !one->comment.empty() && one->comment == comment;
        });
    }
    template<class Test>
    const Attribute* takeIf(const Test& test)
    {
        const auto found = std::ranges::find_if(m_free, test);
        if (found == m_free.end())
            return nullptr;
        const Attribute* attribute = *found;
        m_free.erase(found);
        return attribute;
    }

    void settle(schema::Column column, const Attribute* attribute,
                const std::vector<schema::Column>& all)
    {
        const auto type =
            attribute == nullptr ? std::nullopt : schema::columnTypeOfOid(attribute->type);
        const bool isRetyped = type && *type != column.type;
        if (!type || attribute->modified || holdsPath(m_state.schema.columns, column.path, *type) ||
            (isRetyped && holdsPath(all, column.path, *type))) {
            m_state.repairSql += control::forgetColumnSql(m_topic, column.name);
            if (attribute != nullptr)
                m_state.foreignColumns.push_back(attribute->name);
            return;
        }
        column.pinned = attribute->depended;
        if (isRetyped) {
            m_state.repairSql += retypeColumnSql(m_topic, column.name, *type);
            column.type = *type;
            column.pinned = true;
            column.kinds = schema::heldOf(column.kinds, *type);
        }
        if (column.name != attribute->name) {
            m_state.repairSql += control::renameColumnSql(m_topic, column.name, attribute->name);
            column.name = attribute->name;
        }
        m_state.schema.columns.push_back(std::move(column));
    }
    static bool holdsPath(const std::vector<schema::Column>& columns, const schema::Path& path,
                          schema::ColumnType type)
    {
        return std::ranges::any_of(columns, [&](const schema::Column& one) {
            return one.type == type && one.path == path;
        });
    }

    TableState& m_state;
    const std::string& m_topic;
    std::vector<const Attribute*> m_free;
};

} // namespace

Result<void> reconcile(TableState& state, std::vector<schema::Column> columns,
                       std::span<const Attribute> attributes)
{
    Reconciliation work(state, attributes);
    if (auto done = work.takeFixed(); !done)
        return done;
    work.takeColumns(std::move(columns));
    work.leaveRest();
    return {};
}

Result<TableState> loadTable(postgres::Connection& connection, const std::string& topic,
                             const Limits& limits)
{
    auto facts = readTableFacts(connection, topic);
    if (!facts)
        return facts.error();
    TableState state = std::move(facts->state);
    state.schema.contract = state.topic.contract;
    state.schema.naming = state.topic.naming;
    state.schema.rewritable = facts->isPlain && limits.rewriteTableBytesMax > 0;
    if (state.table.name.empty())
        return state;
    state.schema.table = state.table.name;
    state.schema.attributesUsed = facts->attributesUsed;
    // The map before the attributes: a column that was added in between is then only unknown, not
    // gone. The layout before both: what changed since is refused by the batch.
    auto columns = control::loadColumns(connection, topic);
    if (!columns)
        return columns.error();
    const auto attributes = readAttributes(connection, state.layout.oid);
    if (!attributes)
        return attributes.error();
    if (auto done = reconcile(state, std::move(*columns), *attributes); !done)
        return done.error();
    return state;
}

} // namespace millrace::landing
