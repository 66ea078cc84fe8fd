// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/identifier.h"

namespace millrace::schema {

namespace {

void appendDoubling(std::string& out, std::string_view text, std::string_view doubled)
{
    for (const char character : text) {
        if (doubled.find(character) != std::string_view::npos)
            out += character;
        out += character;
    }
}

} // namespace

std::string quoted(std::string_view identifier)
{
    std::string out = "\"";
    appendDoubling(out, identifier, "\"");
    out += '"';
    return out;
}

std::string quoted(const QualifiedName& name)
{
    return schema::quoted(name.schema) + "." + schema::quoted(name.name);
}

std::string literal(std::string_view text)
{
    const bool escaped = text.find('\\') != std::string_view::npos;
    std::string out = escaped ? "E'" : "'";
    appendDoubling(out, text, escaped ? "'\\" : "'");
    out += '\'';
    return out;
}

} // namespace millrace::schema
