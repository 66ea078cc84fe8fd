// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/result_set.h"

#include <libpq-fe.h>

#include <cassert>
#include <charconv>

namespace millrace::postgres {

namespace {

template<class Number>
Number parsed(std::string_view text) noexcept
{
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

int nibble(char digit) noexcept
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return 0;
}

std::string fromHex(std::string_view digits)
{
    std::string bytes(digits.size() / 2, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(nibble(digits[2 * i]) << 4 | nibble(digits[2 * i + 1]));
    return bytes;
}

/// The form of servers where bytea_output is 'escape'.
std::string fromEscapes(const std::string& text)
{
    std::size_t size = 0;
    const auto* input = reinterpret_cast<const unsigned char*>(text.c_str());
    const std::unique_ptr<unsigned char, decltype(&PQfreemem)> bytes(PQunescapeBytea(input, &size),
                                                                     &PQfreemem);
    return bytes ? std::string(reinterpret_cast<const char*>(bytes.get()), size) : std::string();
}

} // namespace

int ResultSet::rows() const noexcept
{
    return PQntuples(m_handle.get());
}

int ResultSet::columns() const noexcept
{
    return PQnfields(m_handle.get());
}

std::string_view ResultSet::columnName(int column) const noexcept
{
    const char* name = PQfname(m_handle.get(), column);
    return name == nullptr ? std::string_view() : std::string_view(name);
}

Oid ResultSet::columnType(int column) const noexcept
{
    return Oid(PQftype(m_handle.get(), column));
}

bool ResultSet::isNull(int row, int column) const noexcept
{
    assert(row >= 0 && row < rows() && column >= 0 && column < columns());
    return PQgetisnull(m_handle.get(), row, column) != 0;
}

std::string_view ResultSet::text(int row, int column) const noexcept
{
    assert(row >= 0 && row < rows() && column >= 0 && column < columns());
    const char* value = PQgetvalue(m_handle.get(), row, column);
    if (value == nullptr)
        return {};
    return {value, static_cast<std::size_t>(PQgetlength(m_handle.get(), row, column))};
}

std::int64_t ResultSet::number(int row, int column) const noexcept
{
    return parsed<std::int64_t>(text(row, column));
}

std::optional<std::int64_t> ResultSet::optionalNumber(int row, int column) const noexcept
{
    if (isNull(row, column))
        return std::nullopt;
    return number(row, column);
}

double ResultSet::real(int row, int column) const noexcept
{
    return parsed<double>(text(row, column));
}

bool ResultSet::boolean(int row, int column) const noexcept
{
    return text(row, column) == "t";
}

std::string ResultSet::bytes(int row, int column) const
{
    const std::string_view value = text(row, column);
    if (value.starts_with("\\x"))
        return fromHex(value.substr(2));
    return fromEscapes(std::string(value));
}

std::int64_t ResultSet::affected() const noexcept
{
    return m_handle ? parsed<std::int64_t>(PQcmdTuples(m_handle.get())) : 0;
}

std::string_view ResultSet::command() const noexcept
{
    return m_handle ? PQcmdStatus(m_handle.get()) : "";
}

} // namespace millrace::postgres
