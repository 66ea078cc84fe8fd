// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"

#include "core/base/text.h"
#include "core/schema/identifier.h"

namespace millrace::control {

std::string storable(std::string_view text)
{
    if (isUtf8(text) && text.find('\0') == std::string_view::npos)
        return std::string(text);
    return printable(text);
}

std::string textLiteral(std::string_view text)
{
    return schema::literal(storable(text));
}

std::string textLiteralOrNull(std::string_view text)
{
    return text.empty() ? "NULL" : textLiteral(text);
}

std::string numberOrNull(const std::optional<std::int64_t>& number)
{
    return number ? "'" + std::to_string(*number) + "'" : "NULL";
}

std::string arrayText(std::span<const std::string> texts)
{
    std::string out = "{";
    for (const std::string& text : texts) {
        out += out.size() > 1 ? ",\"" : "\"";
        for (const char character : storable(text)) {
            if (character == '"' || character == '\\')
                out += '\\';
            out += character;
        }
        out += '"';
    }
    return out + "}";
}

std::string arrayText(std::span<const std::int64_t> numbers)
{
    std::string out = "{";
    for (const std::int64_t number : numbers)
        out += (out.size() > 1 ? "," : "") + std::to_string(number);
    return out + "}";
}

} // namespace millrace::control
