// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/copy_reader.h"

#include <bit>

namespace millrace::tests {

namespace {

constexpr std::string_view head{"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19};

/// Reads from the front; stays failed once something is missing.
class Reader
{
public:
    explicit Reader(std::string_view bytes)
        : m_rest(bytes)
    {
    }
    std::string_view take(std::size_t count)
    {
        if (count > m_rest.size()) {
            m_failed = true;
            return {};
        }
        const std::string_view taken = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return taken;
    }
    std::int64_t number(std::size_t bytes) { return bigNumber(take(bytes)); }
    [[nodiscard]] bool failed() const { return m_failed; }
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

private:
    std::string_view m_rest;
    bool m_failed = false;
};

} // namespace

std::int64_t bigNumber(std::string_view field)
{
    std::uint64_t bits = field.empty() || (field.front() & 0x80) == 0 ? 0 : ~std::uint64_t{0};
    for (const char byte : field)
        bits = bits << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(bits);
}

double bigDouble(std::string_view field)
{
    return std::bit_cast<double>(bigNumber(field));
}

std::optional<std::vector<CopyRow>> readCopy(std::string_view bytes)
{
    Reader reader(bytes);
    if (reader.take(head.size()) != head)
        return std::nullopt;
    std::vector<CopyRow> rows;
    for (;;) {
        const std::int64_t fields = reader.number(2);
        if (reader.failed() || fields < -1)
            return std::nullopt;
        if (fields == -1)
            break;
        CopyRow& row = rows.emplace_back();
        for (std::int64_t i = 0; i < fields; ++i) {
            const std::int64_t length = reader.number(4);
            if (length < -1)
                return std::nullopt;
            row.emplace_back();
            if (length >= 0)
                row.back() = reader.take(static_cast<std::size_t>(length));
        }
        if (reader.failed())
            return std::nullopt;
    }
    if (!reader.atEnd())
        return std::nullopt;
    return rows;
}

std::string numericText(std::string_view field)
{
    Reader reader(field);
    const std::int64_t groups = reader.number(2);
    const std::int64_t weight = reader.number(2);
    const std::int64_t sign = reader.number(2);
    const std::int64_t scale = reader.number(2);
    std::string digits; // from 10^(4 weight + 3) down
    for (std::int64_t i = 0; i < groups; ++i) {
        const std::int64_t group = reader.number(2);
        if (group < 0 || group > 9'999 || ((i == 0 || i + 1 == groups) && group == 0))
            return "malformed";
        const std::string text = std::to_string(group);
        digits += std::string(4 - text.size(), '0') + text;
    }
    if (reader.failed() || !reader.atEnd() || scale < 0 || (sign != 0 && sign != 0x4000))
        return "malformed";
    const auto digitAt = [&](std::int64_t power) {
        const std::int64_t index = 4 * weight + 3 - power;
        return index >= 0 && index < std::ssize(digits) ? digits[static_cast<std::size_t>(index)]
                                                        : '0';
    };
    std::string text;
    for (std::int64_t power = std::max<std::int64_t>(4 * weight + 3, 0); power >= 0; --power)
        text += digitAt(power);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    for (std::int64_t i = 1; i <= scale; ++i)
        text += (i == 1 ? "." : "") + std::string(1, digitAt(-i));
    return (sign == 0 ? "" : "-") + text;
}

} // namespace millrace::tests
