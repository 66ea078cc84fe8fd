// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::record {

struct EscapeResult
{
    enum class Status : std::uint8_t {
        Ok,
        Malformed,       ///< not an escape of RFC 8259
        Unrepresentable, ///< U+0000 or a surrogate without its other half: no database text
    };
    Status status = Status::Ok;
    std::size_t position = 0; ///< of the backslash that offended
};

/// Unescapes what stands between the quotes of a JSON string; appends to `out` (null: only checks).
/// `raw` must be UTF-8 without control characters or bare quotes.
EscapeResult unescape(std::string_view raw, std::string* out);

} // namespace millrace::record
