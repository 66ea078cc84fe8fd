// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/decoded.h"

#include <optional>
#include <string_view>

namespace millrace::record {

/// What bytes that are not JSON are by their first ones: Framed (schema registry, gzip, Avro, …) or
/// NotUtf8 (UTF-16, UTF-32), with a reason that tells how to mend it; nullopt: not known.
/// To be asked only after the parser has refused them.
[[nodiscard]] std::optional<Reject> recognise(std::string_view bytes);

} // namespace millrace::record
