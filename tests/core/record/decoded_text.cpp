// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/record/decoded_text.h"

#include "core/schema/table_schema.h"

namespace millrace::tests {

using schema::Kind;

namespace {

std::string valueOf(const record::Cell& cell)
{
    switch (cell.kind()) {
    case Kind::Bool:
        return cell.integer == 0 ? "false" : "true";
    case Kind::Int53:
    case Kind::Int64:
        return std::to_string(cell.integer);
    default:
        return std::string(cell.view());
    }
}

} // namespace

const record::Decoded& DecodeTexts::decode(std::vector<std::string> values)
{
    m_values = std::move(values);
    std::vector<record::Message> messages(m_values.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
        messages[i].hasValue = true;
        messages[i].value = m_values[i];
    }
    decoder.decode(messages, decoded);
    return decoded;
}

std::string DecodeTexts::describeOne(std::string value)
{
    decode({std::move(value)});
    return describe(0);
}

std::string DecodeTexts::describe(std::size_t index) const
{
    const record::Record& record = decoded.records[index];
    if (record.outcome == record::Outcome::Tombstone)
        return "tombstone";
    if (record.outcome == record::Outcome::Reject) {
        const record::Reject& reject = rejectOf(index);
        return std::string(rejectClassName(reject.rejectClass)) + " at " + reject.path + ": " +
               reject.reason;
    }
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    for (auto i = record.cellBegin; i < record.cellEnd; ++i) {
        const record::Cell& cell = decoded.cells[i];
        add(schema::displayPath(decoder.paths().path(cell.path())) + ":" +
            std::string(kindName(cell.kind())) + "=" + valueOf(cell));
    }
    for (auto i = record.looseBegin; i < record.looseEnd; ++i) {
        const record::LooseValue& value = decoded.loose[i];
        add("~" + schema::displayPath(value.path) + ":" + std::string(kindName(value.kind)) + "=" +
            value.json);
    }
    return text;
}

const record::Reject& DecodeTexts::rejectOf(std::size_t index) const
{
    return decoded.rejects[decoded.records[index].reject];
}

} // namespace millrace::tests
