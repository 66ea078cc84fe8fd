// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::tests {

/// What a JSON text says, exactly: numbers as decimals of any size, strings as bytes, moments as
/// instants. A plain reader for valid texts, none of our own code, so that it can judge it. The
/// last of two equal keys wins.
struct JsonTree
{
    enum class Kind { Null, Scalar, Array, Object };

    Kind kind = Kind::Null;
    std::string scalar; ///< one spelling for equal values: scalarOfNumber() and the others
    std::vector<JsonTree> elements;
    std::map<std::string, JsonTree> members;
};

/// Throws std::runtime_error for a text that is no JSON.
[[nodiscard]] JsonTree readJson(std::string_view text);

[[nodiscard]] JsonTree scalarOfNumber(std::string_view literal);
[[nodiscard]] JsonTree scalarOfBool(bool value);
/// A moment in RFC 3339 form becomes its instant, so that two offsets of the same one are equal.
[[nodiscard]] JsonTree scalarOfString(const std::string& text);
/// Microseconds since 1970, as PostgreSQL counts them.
[[nodiscard]] JsonTree scalarOfInstant(const std::string& microseconds);

/// Puts `value` at `path`; false when something else stands there or on the way.
[[nodiscard]] bool put(JsonTree& root, const std::vector<std::string>& path, JsonTree value);
/// Adds the members of `more`, nested ones as well; false when a value stands in both.
[[nodiscard]] bool merge(JsonTree& root, JsonTree more);

/// One text for equal trees; null members and empty objects are as good as absent.
[[nodiscard]] std::string canonical(const JsonTree& tree);

} // namespace millrace::tests
