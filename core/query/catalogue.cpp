// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/catalogue.h"

#include "core/base/nearest_name.h"

namespace millrace::query {

const SourceColumn* SourceTable::column(std::string_view wanted) const noexcept
{
    const auto found =
        std::find_if(columns.begin(), columns.end(),
                     [wanted](const SourceColumn& column) { return column.name == wanted; });
    return found == columns.end() ? nullptr : &*found;
}

std::string_view SourceTable::nearestColumn(std::string_view wanted) const
{
    std::vector<std::string_view> names;
    for (const SourceColumn& column : columns)
        names.push_back(column.name);
    return nearestName(wanted, names);
}

Catalogue::Catalogue(std::vector<SourceTable> tables)
    : m_tables(std::move(tables))
{
}

const SourceTable* Catalogue::find(std::string_view tableOrTopic) const noexcept
{
    const auto byName =
        std::find_if(m_tables.begin(), m_tables.end(), [tableOrTopic](const SourceTable& table) {
            return table.name.name == tableOrTopic;
        });
    if (byName != m_tables.end())
        return &*byName;
    const auto byTopic =
        std::find_if(m_tables.begin(), m_tables.end(), [tableOrTopic](const SourceTable& table) {
            return table.topic == tableOrTopic;
        });
    return byTopic == m_tables.end() ? nullptr : &*byTopic;
}

std::string_view Catalogue::nearestTable(std::string_view wanted) const
{
    std::vector<std::string_view> names;
    for (const SourceTable& table : m_tables)
        names.push_back(table.name.name);
    return nearestName(wanted, names);
}

} // namespace millrace::query
