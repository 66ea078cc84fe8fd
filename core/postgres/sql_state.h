// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string_view>

namespace millrace::postgres {

/// What we were doing; the same SQLSTATE means different things in different places.
enum class During : std::uint8_t { Statement, Copy, Alter, Connect };

/// The error class of an SQLSTATE (reliability rules §4). Codes 23xxx etc. from COPY into a data
/// table are UserRule; 22P03, 22P04, 08P01, XX000 from COPY are EncoderFault; 22xxx are RecordRefused
/// from COPY. Unknown ones: Retry for class 08 and 40, Internal for XX, else Retry.
[[nodiscard]] Code codeOfSqlState(std::string_view sqlState, During during) noexcept;

} // namespace millrace::postgres
