// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/message.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace millrace::landing {

/// Text that a jsonb string can hold: UTF-8 without U+0000.
[[nodiscard]] bool isJsonText(std::string_view bytes) noexcept;

struct HeaderCaps
{
    std::size_t countMax;
    std::size_t bytesMax; ///< of names and values
};

/// Appends headers as a JSON array of [name, value] pairs in order, duplicates kept. A value is a
/// string, null, or {"b64": …} when it is no text; so is a name. What is beyond the caps is counted
/// in a last element {"omitted": n}. The same form stands in a row's `_headers` and in
/// dead_letter.headers.
void appendHeaders(std::string& out, std::span<const record::Header> headers,
                   const HeaderCaps& caps);

} // namespace millrace::landing
