// SPDX-License-Identifier: GPL-3.0-or-later
// Messages (one a line) → decoded → planned → binary COPY, read back by a reader of our own. The
// oracle: the stream is well formed, each row stands for its message, and each value that has a
// column is in it without loss, unless the row was too wide and the value went to _more.

#include "core/landing/planner.h"
#include "core/landing/row_encoder.h"
#include "core/record/decoder.h"
#include "core/schema/diff.h"
#include "tests/support/copy_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>

using namespace millrace;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::vector<record::Message> messagesOf(std::string_view bytes)
{
    std::vector<record::Message> messages;
    for (std::int64_t offset = 0; messages.size() < 100; ++offset) {
        const std::size_t end = bytes.find('\n');
        record::Message& message = messages.emplace_back();
        message.partition = PartitionId{offset % 2 == 0 ? 3 : 4};
        message.offset = Offset{offset};
        message.timestampMs = 1'700'000'000'000 + offset;
        message.hasKey = message.hasValue = true;
        message.key = bytes.substr(0, std::min<std::size_t>(end, 4));
        message.value = bytes.substr(0, end);
        if (end == std::string_view::npos)
            return messages;
        bytes.remove_prefix(end + 1);
    }
    return messages;
}

/// `digits` stands for 0.digits × 10^point.
std::string decimal(bool negative, std::string digits, long long point)
{
    const std::size_t first = digits.find_first_not_of('0');
    if (first == std::string::npos)
        return "0";
    digits.erase(digits.find_last_not_of('0') + 1);
    digits.erase(0, first);
    return (negative ? "-" : "") + digits + "e" +
           std::to_string(point - static_cast<long long>(first));
}

/// A decimal number without a form of its own: [-]digits e exponent, no zero at either end of the
/// digits; "0" for every zero. Equal numbers have equal texts.
std::string plainDecimal(std::string_view literal)
{
    const bool negative = literal.starts_with('-');
    literal.remove_prefix(negative ? 1 : 0);
    const std::size_t e = literal.find_first_of("eE");
    const std::string_view mantissa = literal.substr(0, e);
    long long point = static_cast<long long>(std::min(mantissa.find('.'), mantissa.size()));
    if (e != std::string_view::npos)
        point += std::atoll(std::string(literal.substr(e + 1)).c_str());
    std::string digits;
    for (const char c : mantissa) {
        if (c != '.')
            digits += c;
    }
    return decimal(negative, digits, point);
}

/// Microseconds since 2000 of "2024-01-02T03:04:05.678901+02:00".
long long microsecondsOf(const std::string& text)
{
    std::tm parts{};
    const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    require(rest != nullptr);
    long long fraction = 0;
    long long unit = 1'000'000;
    if (*rest == '.' || *rest == ',') {
        for (++rest; *rest >= '0' && *rest <= '9'; ++rest)
            fraction += (unit /= 10) * (*rest - '0');
    }
    long long zone = 0;
    if (*rest == '+' || *rest == '-')
        zone = (*rest == '-' ? -60 : 60) * (std::atoi(rest + 1) * 60LL + std::atoi(rest + 4));
    return (timegm(&parts) - zone - 946'684'800LL) * 1'000'000 + fraction;
}

bool isWholeNumber(schema::Kind kind)
{
    return kind == schema::Kind::Int53 || kind == schema::Kind::Int64;
}

void requireSame(schema::ColumnType type, const record::Cell& cell, std::string_view field)
{
    const std::string text(isWholeNumber(cell.kind())          ? std::to_string(cell.integer)
                           : cell.kind() == schema::Kind::Bool ? std::string()
                                                               : std::string(cell.view()));
    switch (type) {
    case schema::ColumnType::Bool:
        require(field.size() == 1 && field[0] == (cell.integer != 0 ? 1 : 0));
        break;
    case schema::ColumnType::BigInt:
        require(field.size() == 8 && tests::bigNumber(field) == cell.integer);
        break;
    case schema::ColumnType::Double: {
        const auto bits = static_cast<std::uint64_t>(tests::bigNumber(field));
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        require(field.size() == 8 && value == std::strtod(text.c_str(), nullptr));
        break;
    }
    case schema::ColumnType::Numeric:
        require(plainDecimal(tests::numericText(field)) == plainDecimal(text));
        break;
    case schema::ColumnType::Timestamp:
        require(field.size() == 8 && tests::bigNumber(field) == microsecondsOf(text));
        break;
    case schema::ColumnType::Text:
        require(field == text);
        break;
    case schema::ColumnType::Json:
        require(!field.empty() && field[0] == 1 && field.substr(1) == text);
        break;
    }
}

/// Applies what the planner asks for until it asks for nothing.
landing::TopicPlan settle(landing::Planner& planner, schema::TableSchema& schema,
                          const std::vector<record::Message>& messages,
                          const record::Decoded& decoded, const record::PathDictionary& paths)
{
    planner.use(schema);
    for (int round = 0; round < 20; ++round) {
        landing::TopicPlan plan = planner.plan(messages, decoded, paths);
        if (plan.changes.empty())
            return plan;
        schema = schema::apply(schema, plan.changes);
        schema.table = "t";
        planner.use(schema);
    }
    std::abort(); // a batch asks for ever
}

/// How many cells that have a column are NULL in the row.
std::int64_t compareCells(const record::Record& record, const record::Decoded& decoded,
                          const tests::CopyRow& row, const landing::TopicPlan& plan,
                          const landing::Planner& planner, const schema::TableSchema& schema)
{
    std::int64_t missing = 0;
    for (std::uint32_t c = record.cellBegin; c < record.cellEnd; ++c) {
        const record::Cell& cell = decoded.cells[c];
        const int column = planner.placement(cell.path(), cell.kind());
        require(column != landing::Planner::unknown);
        if (column < 0)
            continue;
        const auto slot = std::find(plan.columns.begin(), plan.columns.end(), column);
        require(slot != plan.columns.end());
        const auto field = static_cast<std::size_t>(slot - plan.columns.begin());
        const auto& value = row[landing::copyFixedColumnCount + field];
        missing += value ? 0 : 1;
        if (value)
            requireSame(schema.columns[static_cast<std::size_t>(column)].type, cell, *value);
    }
    return missing;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Limits limits;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::vector<record::Message> messages = messagesOf(bytes);
    record::Decoder decoder(limits);
    record::Decoded decoded;
    decoder.decode(messages, decoded);

    landing::Planner planner(limits);
    schema::TableSchema schema;
    const landing::TopicPlan plan = settle(planner, schema, messages, decoded, decoder.paths());
    landing::RowEncoder encoder(limits);
    encoder.begin(schema, plan.columns, planner, decoder.paths());
    encoder.addHeader();
    std::vector<std::size_t> encoded;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (decoded.records[i].outcome != record::Outcome::Row)
            continue;
        encoder.addRow({&messages[i], &decoded.records[i], Generation{2}, {}}, decoded);
        encoded.push_back(i);
    }
    encoder.addTrailer();

    const auto rows = tests::readCopy(encoder.bytes());
    require(rows && rows->size() == encoded.size());
    std::int64_t missing = 0;
    for (std::size_t r = 0; r < encoded.size(); ++r) {
        const tests::CopyRow& row = (*rows)[r];
        const record::Message& message = messages[encoded[r]];
        const record::Record& record = decoded.records[encoded[r]];
        require(row.size() == landing::copyFixedColumnCount + plan.columns.size());
        require(tests::bigNumber(*row[0]) == message.partition.value);
        require(tests::bigNumber(*row[1]) == 2);
        require(tests::bigNumber(*row[2]) == message.offset.value);
        missing += compareCells(record, decoded, row, plan, planner, schema);
    }
    require(missing <= encoder.spilledValues());
    return 0;
}
