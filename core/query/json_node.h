// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/problem.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::query {

/// A JSON value with the digits of its numbers as they were written.
struct JsonNode
{
    enum class Kind : std::uint8_t { Null, Bool, Number, String, Array, Object };
    Kind kind = Kind::Null;
    std::string text = {}; ///< "true", digits, or the characters of a string
    std::vector<JsonNode> items = {};
    std::vector<std::string> keys = {}; ///< of an object, each with its item; as written

    [[nodiscard]] const JsonNode* find(std::string_view key) const noexcept;
    [[nodiscard]] bool isScalar() const noexcept
    {
        return kind != Kind::Array && kind != Kind::Object;
    }
};

/// At most 1 MiB, eight levels deep, 100,000 values. The problem is in field "".
[[nodiscard]] Checked<JsonNode> parseJson(std::string_view text);

} // namespace millrace::query
