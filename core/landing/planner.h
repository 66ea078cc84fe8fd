// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/landing/table_catalogue.h"
#include "core/record/decoded.h"
#include "core/record/path_dictionary.h"
#include "core/schema/diff.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// A message that becomes a dead letter by plan (its bytes stay in the batch).
struct PlannedLetter
{
    std::uint32_t message = 0; ///< index in the topic's span
    std::string deadClass;
    std::string reason;
    std::string column;
};

/// Where each leaf goes: column index by (path, kind), or _more, or nowhere (strict: the record is a letter).
struct TopicPlan
{
    schema::Changes changes; ///< must be applied before the batch can land; then plan again
    std::vector<PlannedLetter> letters;
};

/// Decides for one topic's decoded records under a schema. Pure but for the cache it keeps between
/// batches (placements by path and kind, dropped when the schema changes). One thread, one topic.
class Planner
{
public:
    explicit Planner(const Limits& limits);

    /// The schema to plan with from now on.
    void use(const schema::TableSchema& schema);

    /// Fast when every (path, kind) was placed before: one look-up a cell.
    TopicPlan plan(std::span<const record::Message> messages, const record::Decoded& decoded,
                   const record::PathDictionary& paths);

    static constexpr int toMore = -1;  ///< the value goes to _more
    static constexpr int unknown = -2; ///< not decided yet
    /// Index in TableSchema::columns, toMore or unknown.
    [[nodiscard]] int placement(record::PathId path, schema::Kind kind) const;

private:
    Limits m_limits;
    schema::TableSchema m_schema;
    std::vector<std::int16_t> m_placements; ///< [path * kindCount + kind]
};

} // namespace millrace::landing
