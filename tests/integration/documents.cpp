// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/documents.h"

#include "tests/harness/harness_error.h"

#include <nlohmann/json.hpp>

namespace millrace::integration {

using namespace harness;
using tests::JsonTree;

namespace {

struct Column
{
    std::string name;
    std::string type;
    std::vector<std::string> path;
};

std::vector<Column> columnsOf(SqlClient& sql, const std::string& topic)
{
    std::vector<Column> columns;
    for (const SqlRow& row : sql.rows("SELECT column_name, type, path FROM millrace.column_map"
                                      " WHERE topic = $1",
                                      {topic}))
        columns.push_back({*row[0], *row[1], nlohmann::json::parse(*row[2])});
    return columns;
}

std::string selectOf(const std::vector<Column>& columns, const std::string& table, int generation)
{
    std::string query = "SELECT _partition, _offset, _more";
    for (const Column& column : columns) {
        const std::string name = quoted(column.name);
        query += column.type == "timestamptz"
                     ? ", (extract(epoch FROM " + name + ") * 1000000)::numeric(30, 0)"
                     : ", " + name;
    }
    return query + " FROM " + quoted(table) + " WHERE _generation = " + std::to_string(generation);
}

JsonTree cellOf(const std::string& type, const std::string& text)
{
    if (type == "boolean")
        return tests::scalarOfBool(text == "t");
    if (type == "timestamptz")
        return tests::scalarOfInstant(text);
    if (type == "text")
        return tests::scalarOfString(text);
    if (type == "jsonb")
        return tests::readJson(text);
    return tests::scalarOfNumber(text);
}

JsonTree documentOf(const std::vector<Column>& columns, const SqlRow& row)
{
    JsonTree document;
    bool clean = true;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (row[i + 3])
            clean = tests::put(document, columns[i].path, cellOf(columns[i].type, *row[i + 3])) &&
                    clean;
    }
    if (row[2]) {
        JsonTree more = tests::readJson(*row[2]);
        more.members.erase("$millrace");
        clean = tests::merge(document, std::move(more)) && clean;
    }
    if (!clean)
        throw HarnessError("two columns hold the same place in row " + *row[0] + "/" + *row[1]);
    return document;
}

} // namespace

Documents readDocuments(SqlClient& sql, const std::string& topic, int generation)
{
    Documents documents;
    const std::string table =
        sql.value("SELECT table_name FROM millrace.topic WHERE topic = $1", {topic});
    if (table.empty())
        return documents;
    if (generation == 0)
        generation = static_cast<int>(sql.number(
            "SELECT max(generation) FROM millrace.generation WHERE topic = $1", {topic}));
    const std::vector<Column> columns = columnsOf(sql, topic);
    sql.forEachRow(selectOf(columns, table, generation), [&](const SqlRow& row) {
        documents[{std::stoi(*row[0]), std::stoll(*row[1])}].push_back(documentOf(columns, row));
    });
    return documents;
}

} // namespace millrace::integration
