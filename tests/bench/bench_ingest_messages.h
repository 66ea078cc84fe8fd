// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace millrace::bench {

/// Messages made of their number alone, so that every run has the same ones.

/// 13 keys, about 290 bytes: text ids, bigints, an RFC 3339 time, decimals, a bool, a nullable.
[[nodiscard]] std::string plainMessage(std::int64_t number);
/// The next version of its schema: two keys gone, three new.
[[nodiscard]] std::string nextVersionMessage(std::int64_t number);
/// 200 keys: a quarter each of bigints, decimals, texts and bools.
[[nodiscard]] std::string wideMessage(std::int64_t number);
/// plainMessage with `seq` and the microsecond at which it is produced, `sent_us`.
[[nodiscard]] std::string timedMessage(std::int64_t number, std::int64_t sentUs);
/// One key whose value fills the message up to about `bytes`.
[[nodiscard]] std::string largeMessage(std::int64_t number, std::size_t bytes);

} // namespace millrace::bench
