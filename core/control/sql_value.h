// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::control {

/// Begins a transaction whose loss in a crash of the server is no harm, as long as all that came
/// after it is lost too. WAL is one sequence, so the next batch makes both durable: no wait for the
/// disk of its own.
inline constexpr std::string_view followedByBatchSql = "SET LOCAL synchronous_commit = off; ";

/// Text that a text column can hold: as it is when it is UTF-8 without U+0000, else printable().
[[nodiscard]] std::string storable(std::string_view text);

/// The same as an SQL literal; OrNull gives NULL for an empty one.
[[nodiscard]] std::string textLiteral(std::string_view text);
[[nodiscard]] std::string textLiteralOrNull(std::string_view text);
/// In quotes, since -9223372036854775808 without them is the negative of a number that is too
/// large.
[[nodiscard]] std::string numberOrNull(const std::optional<std::int64_t>& number);

/// Array parameters in PostgreSQL's text form: {"a","b"} and {1,2}.
[[nodiscard]] std::string arrayText(std::span<const std::string> texts);
[[nodiscard]] std::string arrayText(std::span<const std::int64_t> numbers);

/// A fingerprint as the bigint of the same bits, and back.
[[nodiscard]] constexpr std::int64_t toStored(std::uint64_t fingerprint)
{
    return static_cast<std::int64_t>(fingerprint);
}
[[nodiscard]] constexpr std::uint64_t fromStored(std::int64_t number)
{
    return static_cast<std::uint64_t>(number);
}

} // namespace millrace::control
