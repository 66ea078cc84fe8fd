// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace::control {

/// What an advisory lock of ours protects; the names are a key space shared by all workers of a
/// database, so numbers never change their meaning.
enum class LockKind : std::uint8_t {
    Migration = 1, ///< the control schema
    TableNames,    ///< decisions about table names; name: the data schema
    Table,         ///< DDL of one table; name: the topic
    Jobs,          ///< whether an equal job is open already
};

/// The 64-bit key for pg_advisory_xact_lock. Transaction-scoped ones only: a pooler hands sessions
/// on.
[[nodiscard]] std::int64_t lockKey(LockKind kind, std::string_view name = {});

} // namespace millrace::control
