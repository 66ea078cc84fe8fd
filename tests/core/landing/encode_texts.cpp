// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/landing/encode_texts.h"

#include <QString>

#include <algorithm>
#include <stdexcept>

namespace millrace::tests {

namespace {

const std::vector<std::string> fixedNames{"_partition", "_generation", "_offset", "_time",
                                          "_key",       "_headers",    "_more"};

std::string jsonbText(const std::string& field)
{
    return field.empty() || field.front() != '\x01' ? "malformed" : field.substr(1);
}

} // namespace

EncodeTexts::EncodeTexts(const Limits& theLimits, schema::Contract contract)
    : limits(theLimits)
    , decoder(limits)
    , planner(limits)
    , encoder(limits)
{
    schema.table = "t";
    schema.attributesUsed = 8;
    schema.contract = contract;
    planner.use(schema);
}

record::Message& EncodeTexts::add(std::string value)
{
    record::Message& message = messages.emplace_back();
    message.offset = Offset(m_nextOffset++);
    message.timestampMs = 1'700'000'000'000;
    message.hasValue = true;
    message.value = m_values.emplace_back(std::move(value));
    return message;
}

void EncodeTexts::run(std::vector<std::string> values)
{
    messages.clear();
    for (std::string& value : values)
        add(std::move(value));
    run();
}

void EncodeTexts::run()
{
    decoder.decode(messages, decoded);
    for (int round = 0;; ++round) {
        plan = planner.plan(messages, decoded, decoder.paths());
        if (plan.changes.empty())
            break;
        if (round == 3)
            throw std::runtime_error("the plan does not settle");
        for (schema::Change& change : plan.changes) {
            if (auto* created = std::get_if<schema::CreateTable>(&change))
                created->table = "t"; // the applier decides names
        }
        schema = schema::apply(std::move(schema), plan.changes);
        changes.insert(changes.end(), plan.changes.begin(), plan.changes.end());
        planner.use(schema);
    }
    encoder.begin(schema, plan.columns, planner, decoder.paths());
    encoder.addHeader();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const bool isLetter = std::ranges::any_of(
            plan.letters, [i](const auto& letter) { return letter.message == i; });
        if (decoded.records[i].outcome == record::Outcome::Row && !isLetter)
            encoder.addRow({&messages[i], &decoded.records[i], Generation(1), {}}, decoded);
    }
    encoder.addTrailer();
    auto read = readCopy(encoder.bytes());
    if (!read)
        throw std::runtime_error("the stream is malformed");
    rows = std::move(*read);
}

std::string EncodeTexts::field(std::size_t row, const std::string& column) const
{
    const auto fixed = std::ranges::find(fixedNames, column);
    std::size_t at = static_cast<std::size_t>(fixed - fixedNames.begin());
    if (fixed == fixedNames.end()) {
        const auto found = std::ranges::find_if(plan.columns, [&](int index) {
            return schema.columns[static_cast<std::size_t>(index)].name == column;
        });
        if (found == plan.columns.end())
            return "-";
        at += static_cast<std::size_t>(found - plan.columns.begin());
    }
    return rows.at(row).at(at).value_or("-");
}

std::string EncodeTexts::textOf(std::size_t row, const std::string& column) const
{
    const std::string bytes = field(row, column);
    const auto found = std::ranges::find(schema.columns, column, &schema::Column::name);
    if (bytes == "-" || found == schema.columns.end())
        return bytes;
    switch (found->type) {
    case schema::ColumnType::Bool:
        return bytes == std::string(1, '\1') ? "true" : "false";
    case schema::ColumnType::BigInt:
    case schema::ColumnType::Timestamp:
        return std::to_string(bigNumber(bytes));
    case schema::ColumnType::Double: {
        return QString::number(bigDouble(bytes), 'g', 17).toStdString();
    }
    case schema::ColumnType::Numeric:
        return numericText(bytes);
    case schema::ColumnType::Json:
        return jsonbText(bytes);
    case schema::ColumnType::Text:
        break;
    }
    return bytes;
}

std::string EncodeTexts::more(std::size_t row) const
{
    const std::string bytes = field(row, "_more");
    return bytes == "-" ? bytes : jsonbText(bytes);
}

} // namespace millrace::tests
