// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/control/dead_letter.h"
#include "core/control/sql_value.h"
#include "core/postgres/sql_state.h"

#include <type_traits>

namespace millrace::control {

namespace {

using namespace std::string_view_literals;

constexpr std::int64_t millisTo2000 = 946'684'800'000;
/// What timestamptz holds: 4713 BC to 294276 AD.
constexpr std::int64_t timeMsMin = -210'866'803'200'000;
constexpr std::int64_t timeMsMax = 9'224'318'015'999'999;

/// COPY … (FORMAT binary) into the session: small fields are gathered, large ones pass through.
class LetterStream
{
public:
    explicit LetterStream(postgres::Connection& connection)
        : m_connection(connection)
    {
    }

    Result<void> begin()
    {
        m_buffer = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"sv;
        return m_connection.copyBegin(
            "COPY millrace.dead_letter (topic, generation, partition, record_offset, class, "
            "reason, column_name, sqlstate, key, value, value_size, value_sha256, truncated, "
            "headers, record_time) FROM STDIN (FORMAT binary)");
    }

    Result<void> write(const DeadLetter& letter)
    {
        constexpr std::int16_t fields = 15;
        number(fields);
        text(storable(letter.key.topic));
        sized<std::int32_t>(letter.key.generation.value);
        sized<std::int32_t>(letter.key.partition.value);
        sized<std::int64_t>(letter.offset.value);
        text(letter.deadClass);
        text(storable(letter.reason));
        textOrNull(storable(letter.column));
        textOrNull(letter.sqlState);
        if (auto done = bytes(letter.keyBytes); !done)
            return done;
        if (auto done = bytes(letter.value); !done)
            return done;
        sized<std::int64_t>(letter.valueSize);
        text(letter.valueSha256);
        sized<std::int8_t>(letter.truncated ? 1 : 0);
        headers(letter.headersJson);
        time(letter.recordTimeMs);
        return m_buffer.size() < flushBytes ? Result<void>() : flush();
    }

    Result<std::int64_t> finish()
    {
        number<std::int16_t>(-1);
        if (auto done = flush(); !done)
            return done.error();
        return m_connection.copyFinish();
    }

private:
    static constexpr std::size_t flushBytes = 256u << 10;

    Result<void> flush()
    {
        auto done = m_connection.copyWrite(m_buffer);
        m_buffer.clear();
        return done;
    }

    template<class Number>
    void number(Number value)
    {
        const auto bits = static_cast<std::make_unsigned_t<Number>>(value);
        for (std::size_t shift = sizeof(Number) * 8; shift > 0; shift -= 8)
            m_buffer += static_cast<char>((bits >> (shift - 8)) & 0xffU);
    }
    template<class Number>
    void sized(Number value)
    {
        number(static_cast<std::int32_t>(sizeof(Number)));
        number(value);
    }
    void null() { number<std::int32_t>(-1); }
    void text(std::string_view value)
    {
        number(static_cast<std::int32_t>(value.size()));
        m_buffer += value;
    }
    void textOrNull(std::string_view value) { value.empty() ? null() : text(value); }

    Result<void> bytes(const std::optional<std::string_view>& value)
    {
        if (!value) {
            null();
            return {};
        }
        number(static_cast<std::int32_t>(value->size()));
        if (value->size() < flushBytes) {
            m_buffer += *value;
            return {};
        }
        if (auto done = flush(); !done)
            return done;
        return m_connection.copyWrite(*value);
    }

    /// jsonb knows neither U+0000 nor bytes that are not UTF-8: such headers are kept as base64.
    void headers(const std::string& json)
    {
        if (json.empty())
            return null();
        const bool plain = storable(json) == json && json.find("\\u0000") == std::string::npos;
        text("\x01" + (plain ? json : "{\"$base64\":\"" + base64(json) + "\"}"));
    }

    void time(const std::optional<std::int64_t>& ms)
    {
        if (!ms || *ms < timeMsMin || *ms > timeMsMax)
            return null();
        sized<std::int64_t>((*ms - millisTo2000) * 1'000);
    }

    postgres::Connection& m_connection;
    std::string m_buffer;
};

/// The table is ours: no rule of the users' refuses a letter, so a refusal is a fault of ours.
Error ourFault(const postgres::Connection& connection, Error error)
{
    if (error.code == Code::RecordRefused || error.code == Code::UserRule) {
        error.code = Code::Internal;
        error.origin = "millrace.dead_letter, " + connection.lastError().sqlState;
    }
    return error;
}

} // namespace

Result<void> copyDeadLetters(postgres::Connection& connection, std::span<const DeadLetter> letters)
{
    if (letters.empty())
        return {};
    LetterStream stream(connection);
    if (auto begun = stream.begin(); !begun)
        return ourFault(connection, begun.error());
    for (const DeadLetter& letter : letters) {
        if (auto done = stream.write(letter); !done)
            return done;
    }
    const auto rows = stream.finish();
    if (!rows)
        return ourFault(connection, rows.error());
    if (*rows != static_cast<std::int64_t>(letters.size()))
        return Error{Scope::Batch, Code::Internal, "not every dead letter was stored",
                     "millrace.dead_letter"};
    return {};
}

} // namespace millrace::control
