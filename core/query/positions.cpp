// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/positions.h"

#include <algorithm>

namespace millrace::query {

Positions positionsOf(const PositionsByTopic& read, const std::vector<std::string>& topics)
{
    Positions positions;
    for (const std::string& topic : topics) {
        positions.mark += topic;
        const auto found = read.find(topic);
        if (found != read.end()) {
            const TopicPositions& one = found->second;
            auto& offsets = positions.seen.offsets;
            offsets.insert(offsets.end(), one.offsets.begin(), one.offsets.end());
            positions.seen.schemaVersion =
                std::max(positions.seen.schemaVersion, one.schemaVersion);
            positions.mark += "\t" + one.mark;
        }
        positions.mark += "\n";
    }
    return positions;
}

} // namespace millrace::query
