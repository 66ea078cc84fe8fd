// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string_view>

namespace millrace::postgres {

/// What we were doing; the same SQLSTATE means different things in different places.
enum class During : std::uint8_t { Statement, Copy, Alter, Connect };

/// The error class of an SQLSTATE (reliability rules §4). Codes 23xxx etc. from COPY into a data
/// table are UserRule; 22P03, 22P04, 08P01, XX000 from COPY are EncoderFault; 22xxx are
/// RecordRefused from COPY, RefreshSchema from ALTER (a stored value does not convert),
/// InvalidInput from another statement. 0A000 and 2BP01 from ALTER are RefreshSchema. Unknown ones:
/// Internal for classes XX, 58 and 42 (our SQL is wrong), else Retry.
[[nodiscard]] Code codeOfSqlState(std::string_view sqlState, During during) noexcept;

} // namespace millrace::postgres
