// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/schema/kinds.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::record {

/// A JSON number token classified by its literal alone (ingest rules §5).
struct NumberToken
{
    enum class Status : std::uint8_t { Ok, BadGrammar, OutOfRange };
    Status status = Status::BadGrammar;
    std::size_t length = 0; ///< bytes of the token
    schema::Kind kind = schema::Kind::Int53;
    std::int64_t integer = 0; ///< of Int53 and Int64
};

/// Reads the number token at the beginning of `text`; the caller checks what follows it. A zero is
/// Kind::Double with any exponent. Significant digits are those written after leading zeros.
[[nodiscard]] NumberToken readNumber(std::string_view text, int digitsMax) noexcept;

/// The double of a literal of Kind::Double or Int53; exact by construction of the kind.
[[nodiscard]] double toDouble(std::string_view literal) noexcept;

/// Microseconds since 2000-01-01T00:00:00Z (PostgreSQL's epoch) when the text is of
/// Kind::Timestamp.
[[nodiscard]] std::optional<std::int64_t> toTimestamp(std::string_view text) noexcept;

} // namespace millrace::record
