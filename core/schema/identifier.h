// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace millrace::schema {

/// A quoted SQL identifier: always in double quotes, inner ones doubled. Input is UTF-8 without
/// U+0000; the only function in the tree that quotes identifiers.
[[nodiscard]] std::string quoted(std::string_view identifier);

struct QualifiedName
{
    std::string schema;
    std::string name;
    bool operator==(const QualifiedName&) const = default;
};
[[nodiscard]] std::string quoted(const QualifiedName& name);

/// A string literal in single quotes for text that cannot travel as a parameter (COMMENT, DDL);
/// with E'' form when it holds a backslash.
[[nodiscard]] std::string literal(std::string_view text);

} // namespace millrace::schema
