// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/schema/schema_words.h"

#include <QStringList>

#include <algorithm>
#include <stdexcept>

namespace millrace::tests {

namespace {

schema::Kind kindOf(const QString& name)
{
    for (int i = 0; i < schema::kindCount; ++i) {
        const auto kind = static_cast<schema::Kind>(i);
        if (name.toStdString() == schema::kindName(kind))
            return kind;
    }
    throw std::invalid_argument("no such kind: " + name.toStdString());
}

} // namespace

std::vector<schema::Sighting> sightingsOf(const QString& words, std::int64_t firstOffset)
{
    std::vector<schema::Sighting> seen;
    std::int64_t offset = firstOffset;
    for (const QString& word : words.split(' ', Qt::SkipEmptyParts)) {
        const QStringList sides = word.split('=');
        schema::Path path;
        for (const QString& key : sides[0].split('.'))
            path.push_back(key.toStdString());
        const schema::Kind kind = kindOf(sides[1]);
        const schema::Cause cause{PartitionId(0), Offset(offset++), word.toStdString()};
        auto found = std::ranges::find(seen, path, &schema::Sighting::path);
        if (found == seen.end())
            found = seen.insert(seen.end(), {path, {}});
        if (std::ranges::find(found->kinds, kind, &schema::Sighting::First::kind) ==
            found->kinds.end())
            found->kinds.push_back({kind, cause});
    }
    return seen;
}

schema::Changes evolve(schema::TableSchema& have, const QString& words, const Limits& limits)
{
    schema::Changes changes = schema::diff(have, sightingsOf(words), limits);
    for (schema::Change& change : changes) {
        if (auto* created = std::get_if<schema::CreateTable>(&change))
            created->table = "t";
    }
    have = schema::apply(have, changes);
    return changes;
}

QString told(const schema::Changes& changes)
{
    QStringList lines;
    for (const schema::Change& change : changes)
        lines += QString::fromStdString(schema::describe(change));
    return lines.join('\n');
}

QString columnsOf(const schema::TableSchema& table)
{
    QStringList words;
    for (const schema::Column& column : table.columns)
        words +=
            QString::fromStdString(column.name + ":" + std::string(schema::shortName(column.type)));
    return words.join(' ');
}

} // namespace millrace::tests
