// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/control/position.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::control {

/// One row of millrace.dead_letter as it is written; the value is verbatim up to the limit.
struct DeadLetter
{
    PositionKey key;
    Offset offset;
    std::string_view deadClass; ///< closed list of dead_letter.class
    std::string reason;
    std::string column;
    std::string sqlState;
    std::optional<std::string_view> keyBytes;
    std::optional<std::string_view> value; ///< already cut
    std::int64_t valueSize = 0;
    std::string valueSha256; ///< 32 bytes of the whole value
    bool truncated = false;
    std::string headersJson; ///< the form of a row's _headers (landing/headers_json.h); empty: none
    std::optional<std::int64_t> recordTimeMs;
};
/// Writes them by one binary COPY inside the caller's transaction. Text that PostgreSQL cannot hold
/// is made printable, headers become {"$base64": …}; a refusal all the same is Internal.
Result<void> copyDeadLetters(postgres::Connection& connection, std::span<const DeadLetter> letters);

/// A stored letter, for replay.
struct StoredLetter
{
    PositionKey key;
    Offset offset;
    std::optional<std::string> keyBytes;
    std::optional<std::string> value;
    bool truncated = false;
    std::string headersJson;
    std::int64_t recordTimeMs = -1;
};
struct LetterSelection
{
    std::string topic;
    std::string deadClass; ///< empty: every class
    std::optional<PartitionId> partition;
    std::vector<std::int64_t> offsets; ///< empty: all
};
/// How many are open, and (as far as 64 MiB of values go, at least one) the next at most `countMax`
/// open ones after `after` in key order.
Result<std::int64_t> countOpenLetters(postgres::Connection& connection,
                                      const LetterSelection& selection);
struct LetterCursor
{
    Generation generation;
    PartitionId partition;
    Offset offset{-1};
};
Result<std::vector<StoredLetter>> loadOpenLetters(postgres::Connection& connection,
                                                  const LetterSelection& selection,
                                                  const LetterCursor& after, int countMax);

/// Inside the caller's transaction: WHERE state = 'open' only; returns the keys really moved, so
/// that counts follow what happened. Replayed: position.dead − n, rows + n by moveDeadToRowsSql.
Result<std::int64_t> markReplayed(postgres::Connection& connection,
                                  std::span<const StoredLetter> letters);
Result<std::int64_t> discardLetters(postgres::Connection& connection,
                                    const LetterSelection& selection, const std::string& reason,
                                    int countMax);
Result<void> moveDeadToRows(postgres::Connection& connection, const PositionKey& key,
                            std::int64_t count);

} // namespace millrace::control
