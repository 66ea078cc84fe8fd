// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/record/decoded.h"
#include "core/record/path_dictionary.h"
#include "core/schema/diff.h"

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
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

struct TopicPlan
{
    schema::Changes changes; ///< must be applied before the batch can land; then plan again
    std::vector<schema::Sighting> sightings; ///< what asked for the changes
    std::vector<PlannedLetter> letters; ///< by message; rejects of the decoder are not among them
    std::vector<int> columns; ///< of the schema, ascending: the union of what the batch fills
};

/// Decides for one topic's decoded records under a schema. Pure but for the cache it keeps between
/// batches (placements by path and kind, dropped when the schema changes). One thread, one topic.
class Planner
{
public:
    explicit Planner(const Limits& limits);

    /// The schema to plan with from now on.
    void use(const schema::TableSchema& schema);

    /// Fast when every (path, kind) was placed before: one look-up a cell. Records are folded in
    /// the order of the messages, which is (partition, offset). letters and columns are valid when
    /// there are no changes.
    TopicPlan plan(std::span<const record::Message> messages, const record::Decoded& decoded,
                   const record::PathDictionary& paths);

    static constexpr int toMore = -1;  ///< the value goes to _more
    static constexpr int unknown = -2; ///< not decided yet
    static constexpr int refused = -3; ///< contract strict: the record is a dead letter
    /// Index in TableSchema::columns, or one of the above.
    [[nodiscard]] int placement(record::PathId path, schema::Kind kind) const
    {
        return m_placements[indexOf(path, static_cast<unsigned>(kind))];
    }
    /// The same for a value whose path is not interned.
    [[nodiscard]] int placement(const record::LooseValue& value) const;

private:
    struct Survey; ///< what one pass over the cells found

    static std::size_t indexOf(record::PathId path, unsigned kind)
    {
        return std::size_t{path} * schema::kindCount + kind;
    }
    Survey survey(std::span<const record::Message> messages, const record::Decoded& decoded,
                  const record::PathDictionary& paths);
    void surveyLoose(const record::Message& message, const record::LooseValue& value,
                     Survey& survey);
    void resolve(const Survey& survey);
    [[nodiscard]] schema::Changes untold(schema::Changes changes);
    [[nodiscard]] std::vector<PlannedLetter>
    strictLetters(const record::Decoded& decoded, const record::PathDictionary& paths) const;
    [[nodiscard]] PlannedLetter strictLetter(std::uint32_t message, const schema::Path& path,
                                             schema::Kind kind) const;

    static constexpr int pending = -4; ///< sighted by the pass under way

    Limits m_limits;
    schema::TableSchema m_schema;
    std::vector<std::int16_t> m_placements;    ///< [path * kindCount + kind]
    std::vector<unsigned char> m_used;         ///< by column, of the pass under way
    std::unordered_set<std::string> m_told;    ///< parent paths whose overflow is in the timeline
    std::unordered_set<std::string> m_offered; ///< those of the last plan; told once it is applied
};

} // namespace millrace::landing
