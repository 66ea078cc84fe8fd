// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/answer_writer.h"

#include "core/base/text.h"

#include <charconv>

namespace millrace::query {

namespace {

constexpr std::size_t exactDigitsMax = 15; ///< every decimal of so many digits is its own double

bool isDigits(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// An integer that a double holds, as PostgreSQL writes it.
bool isExactInteger(std::string_view text)
{
    constexpr std::int64_t exactMax = (std::int64_t{1} << 53) - 1;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= -exactMax &&
           number <= exactMax;
}

/// A decimal without exponent whose digits a double keeps.
bool isExactDecimal(std::string_view text)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, dot);
    const std::string_view fraction = dot < text.size() ? text.substr(dot + 1) : std::string_view();
    const bool isDecimal = isDigits(whole) && (dot == text.size() || isDigits(fraction));
    return isDecimal && whole.size() + fraction.size() <= exactDigitsMax;
}

/// A finite double: PostgreSQL writes the shortest text that gives it back.
bool isFinite(std::string_view text)
{
    return text != "NaN" && text != "Infinity" && text != "-Infinity";
}

/// "2024-01-31 10:00:00.5+00" in the session's UTC becomes "2024-01-31T10:00:00.5Z".
void appendTime(std::string& out, std::string_view text)
{
    constexpr std::size_t separator = 10;
    const bool isPlain =
        text.size() > separator + 3 && text[separator] == ' ' && text.ends_with("+00");
    if (!isPlain) {
        out += text;
        return;
    }
    out += text.substr(0, separator);
    out += 'T';
    out += text.substr(separator + 1, text.size() - separator - 4);
    out += 'Z';
}

bool isJsonNumber(ValueKind kind, std::string_view text)
{
    switch (kind) {
    case ValueKind::Integer:
        return isExactInteger(text);
    case ValueKind::Decimal:
        return isExactDecimal(text);
    case ValueKind::Real:
        return isFinite(text);
    default:
        return false;
    }
}

/// A cell that was cut is text again.
bool isWholeJson(std::string_view text, bool isCut)
{
    return !isCut && !text.empty();
}

void appendJson(std::string& out, ValueKind kind, std::string_view text)
{
    if (kind == ValueKind::Bool) {
        out += text == "t" ? "true" : "false";
    } else if (isJsonNumber(kind, text)) {
        out += text;
    } else if (kind == ValueKind::Time) {
        std::string time;
        appendTime(time, text);
        appendJsonString(out, time);
    } else {
        appendJsonString(out, text);
    }
}

void appendCsvField(std::string& out, std::string_view text)
{
    const bool isQuoted = text.empty() || text.find_first_of(",\"\r\n") != std::string_view::npos ||
                          text.front() == ' ' || text.back() == ' ';
    if (!isQuoted) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        out += c;
        if (c == '"')
            out += c;
    }
    out += '"';
}

void appendEnd(std::string& out, const AnswerEnd& end)
{
    out += "\"row_count\":" + std::to_string(end.rows) + ",\"truncated\":";
    if (end.cut == CutBy::Nothing)
        out += "null";
    else
        appendJsonString(out, cutName(end.cut));
    out += ",\"cut_cells\":" + std::to_string(end.cutCells);
}

void appendError(std::string& out, std::string_view code, std::string_view message)
{
    out += "\"error\":{\"code\":";
    appendJsonString(out, code);
    out += ",\"message\":";
    appendJsonString(out, message);
    out += '}';
}

std::string uniqueKey(const std::string& name, const std::vector<std::string>& taken)
{
    const auto keyOf = [](const std::string& text) {
        std::string key;
        appendJsonString(key, text);
        return key + ":";
    };
    std::string key = keyOf(name);
    for (int number = 2; std::find(taken.begin(), taken.end(), key) != taken.end(); ++number)
        key = keyOf(name + "_" + std::to_string(number));
    return key;
}

} // namespace

std::optional<AnswerFormat> answerFormatOf(std::string_view name) noexcept
{
    if (name == "json")
        return AnswerFormat::Json;
    if (name == "ndjson")
        return AnswerFormat::NdJson;
    if (name == "csv")
        return AnswerFormat::Csv;
    if (name == "rows")
        return AnswerFormat::Rows;
    return std::nullopt;
}

std::string_view mediaType(AnswerFormat format) noexcept
{
    switch (format) {
    case AnswerFormat::NdJson:
        return "application/x-ndjson";
    case AnswerFormat::Csv:
        return "text/csv; charset=utf-8";
    case AnswerFormat::Json:
    case AnswerFormat::Rows:
        break;
    }
    return "application/json";
}

AnswerWriter::AnswerWriter(AnswerFormat format, std::vector<AnswerColumn> columns)
    : m_format(format)
    , m_columns(std::move(columns))
{
    if (m_format == AnswerFormat::NdJson)
        for (const AnswerColumn& column : m_columns)
            m_keys.push_back(uniqueKey(column.name, m_keys));
}

void AnswerWriter::begin(std::string& out) const
{
    if (m_format == AnswerFormat::Rows)
        out += '[';
    if (m_format == AnswerFormat::NdJson || m_format == AnswerFormat::Rows)
        return;
    if (m_format == AnswerFormat::Json)
        out += "{\"columns\":[";
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        out += i > 0 ? "," : "";
        if (m_format == AnswerFormat::Csv) {
            appendCsvField(out, m_columns[i].name);
            continue;
        }
        out += "{\"name\":";
        appendJsonString(out, m_columns[i].name);
        out += ",\"type\":";
        appendJsonString(out, m_columns[i].type);
        out += '}';
    }
    out += m_format == AnswerFormat::Csv ? "\r\n" : "],\"rows\":[";
}

void AnswerWriter::row(std::string& out, const AnswerRow& values, const CutCells& cut)
{
    if (m_format == AnswerFormat::Csv)
        csvRow(out, values);
    else
        jsonRow(out, values, cut);
    m_isFirst = false;
}

void AnswerWriter::jsonRow(std::string& out, const AnswerRow& values, const CutCells& cut) const
{
    const bool isLine = m_format == AnswerFormat::NdJson;
    out += !isLine && !m_isFirst ? "," : "";
    out += isLine ? '{' : '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += i > 0 ? "," : "";
        if (isLine)
            out += m_keys[i];
        const ValueKind kind = m_columns[i].kind;
        const bool isCut = std::find(cut.begin(), cut.end(), i) != cut.end();
        if (!values[i])
            out += "null";
        else if (kind == ValueKind::Json && isWholeJson(*values[i], isCut))
            out += *values[i];
        else
            appendJson(out, isCut ? ValueKind::Text : kind, *values[i]);
    }
    out += isLine ? "}\n" : "]";
}

void AnswerWriter::csvRow(std::string& out, const AnswerRow& values) const
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += i > 0 ? "," : "";
        if (!values[i])
            continue;
        const ValueKind kind = m_columns[i].kind;
        if (kind == ValueKind::Bool)
            out += *values[i] == "t" ? "true" : "false";
        else if (kind == ValueKind::Time)
            appendTime(out, *values[i]);
        else
            appendCsvField(out, *values[i]);
    }
    out += "\r\n";
}

void AnswerWriter::end(std::string& out, const AnswerEnd& end, std::string_view token) const
{
    if (m_format == AnswerFormat::Json) {
        out += "],";
        appendEnd(out, end);
        out += ",\"token\":";
        appendJsonString(out, token);
        out += "}\n";
    } else if (m_format == AnswerFormat::Rows) {
        out += "]\n";
    } else if (m_format == AnswerFormat::NdJson &&
               (end.cut != CutBy::Nothing || end.cutCells > 0)) {
        out += "{\"@end\":{";
        appendEnd(out, end);
        out += "}}\n";
    }
}

void AnswerWriter::broken(std::string& out, std::string_view code, std::string_view message) const
{
    if (m_format == AnswerFormat::Json) {
        out += "],";
        appendError(out, code, message);
        out += "}\n";
    } else if (m_format == AnswerFormat::NdJson) {
        out += "{\"@end\":{";
        appendError(out, code, message);
        out += "}}\n";
    }
}

} // namespace millrace::query
