// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/json_cursor.h"
#include "core/record/structural_index.h"

namespace millrace::record {

/// Rejects with one sentence for a person; positions are bytes of `value`, the whole message. What
/// is not JSON but recognised says what it is instead.
[[nodiscard]] Reject tooLarge(std::size_t valueBytes, std::size_t bytesMax);
[[nodiscard]] Reject unreadable(std::string_view value, StructuralIndex::Status status);
/// `shift`: bytes of the value before the text that the fault counts in.
[[nodiscard]] Reject refused(std::string_view value, const Fault& fault, std::size_t shift,
                             std::string path);

} // namespace millrace::record
