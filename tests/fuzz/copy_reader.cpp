// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/copy_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace millrace::fuzz {
namespace {

constexpr std::string_view signature{"PGCOPY\n\xff\r\n\0", 11};

/// Takes big-endian numbers and blocks from the front; `bad` once there are too few bytes.
class Reader
{
public:
    explicit Reader(std::string_view bytes)
        : m_bytes(bytes)
    {
    }

    std::string_view block(std::size_t size)
    {
        bad = bad || size > m_bytes.size();
        if (bad)
            return {};
        const std::string_view taken = m_bytes.substr(0, size);
        m_bytes.remove_prefix(size);
        return taken;
    }
    long long integer(std::size_t size) { return readInteger(block(size)); }
    bool atEnd() const { return m_bytes.empty(); }

    bool bad = false;

private:
    std::string_view m_bytes;
};

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

} // namespace

long long readInteger(std::string_view field)
{
    std::uint64_t value = !field.empty() && (field[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : field)
        value = value << 8 | static_cast<unsigned char>(byte);
    return static_cast<long long>(value);
}

std::optional<std::vector<CopyRow>> readCopy(std::string_view stream)
{
    Reader reader(stream);
    if (reader.block(signature.size()) != signature || reader.integer(4) != 0 ||
        reader.integer(4) != 0)
        return std::nullopt;
    std::vector<CopyRow> rows;
    while (true) {
        const long long count = reader.integer(2);
        if (reader.bad || count < -1)
            return std::nullopt;
        if (count == -1)
            break;
        CopyRow& row = rows.emplace_back();
        for (long long i = 0; i < count; ++i) {
            const long long size = reader.integer(4);
            if (reader.bad || size < -1)
                return std::nullopt;
            if (size == -1)
                row.emplace_back();
            else
                row.emplace_back(reader.block(static_cast<std::size_t>(size)));
        }
    }
    if (reader.bad || !reader.atEnd())
        return std::nullopt;
    return rows;
}

std::optional<std::string> readNumeric(std::string_view field)
{
    Reader reader(field);
    const long long count = reader.integer(2);
    const long long weight = reader.integer(2);
    const long long sign = reader.integer(2) & 0xffff;
    const long long scale = reader.integer(2);
    if (count < 0 || scale < 0 || (sign != 0 && sign != 0x4000))
        return std::nullopt;
    std::string digits;
    for (long long i = 0; i < count; ++i) {
        const long long group = reader.integer(2);
        if (group < 0 || group > 9999)
            return std::nullopt;
        digits += std::to_string(10000 + group).substr(1);
    }
    const long long point = (weight + 1) * 4;
    const std::size_t used = digits.find_last_not_of('0') + 1;
    const bool beyondScale = static_cast<long long>(used) > point + scale;
    if (reader.bad || !reader.atEnd() || beyondScale)
        return std::nullopt;
    return decimal(sign != 0, digits, point);
}

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

} // namespace millrace::fuzz
