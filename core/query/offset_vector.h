// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/query/problem.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::query {

struct PartitionOffset
{
    std::string topic;
    Generation generation; ///< 0 in a wish: whatever is current
    PartitionId partition;
    Offset next; ///< everything below it is in the answer
    auto operator<=>(const PartitionOffset&) const = default;
};

/// What an answer has seen: the consistency token.
struct OffsetVector
{
    std::vector<PartitionOffset> offsets; ///< sorted
    std::int64_t schemaVersion = 0;       ///< the greatest of the tables read
    bool operator==(const OffsetVector&) const = default;
};

/// "orders~1/0=42,orders~1/1=7;schema=12". Characters of header values and URLs only.
[[nodiscard]] std::string tokenText(const OffsetVector& seen);

/// Reads a token, or what a client writes itself: "orders/0=43,payments/2=7" (min-offsets). At
/// most 1,000 partitions.
[[nodiscard]] Checked<OffsetVector> parseOffsets(std::string_view text);

/// `seen` has everything of `wished`. A greater generation than the one wished for has it too.
[[nodiscard]] bool covers(const OffsetVector& seen, const OffsetVector& wished);

} // namespace millrace::query
