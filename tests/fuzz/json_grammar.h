// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace millrace::fuzz {

/// Whether the bytes are a JSON text by the grammar of RFC 8259 alone: no limit of depth, size or
/// range, no look at UTF-8 or at what an escape stands for. One leading byte order mark is skipped.
[[nodiscard]] bool isJsonText(std::string_view bytes);

} // namespace millrace::fuzz
