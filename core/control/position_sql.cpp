// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/position.h"
#include "core/control/sql_value.h"

#include <array>

namespace millrace::control {

namespace {

constexpr std::array<std::string_view, 3> stateNames{"running", "paused", "stopped"};

/// The order readPositions relies on.
constexpr const char* columnList =
    "p.topic, p.generation, p.partition, p.first_offset, p.next_offset, p.last_offset, "
    "p.low_seen, p.rows, p.dead, p.skipped, p.gap, p.holes, p.bytes, p.fingerprint, "
    "p.first_fingerprint, p.first_record_offset, p.owner, p.owner_epoch, p.epoch_at_progress, "
    "p.state, p.reason";

std::optional<std::int64_t> storedOf(const std::optional<std::uint64_t>& fingerprint)
{
    return fingerprint ? std::optional(toStored(*fingerprint)) : std::nullopt;
}

std::optional<std::uint64_t> fingerprintAt(const postgres::ResultSet& rows, int row, int column)
{
    const auto number = rows.optionalNumber(row, column);
    return number ? std::optional(fromStored(*number)) : std::nullopt;
}

std::optional<Offset> offsetAt(const postgres::ResultSet& rows, int row, int column)
{
    const auto number = rows.optionalNumber(row, column);
    return number ? std::optional(Offset(*number)) : std::nullopt;
}

std::optional<std::int64_t> numberOf(const std::optional<Offset>& offset)
{
    return offset ? std::optional(offset->value) : std::nullopt;
}

PartitionState stateOf(std::string_view name)
{
    const auto found = std::find(stateNames.begin(), stateNames.end(), name);
    return found == stateNames.end() ? PartitionState::Stopped
                                     : static_cast<PartitionState>(found - stateNames.begin());
}

Position positionAt(const postgres::ResultSet& rows, int row)
{
    Position position;
    position.key = {std::string(rows.text(row, 0)),
                    Generation(static_cast<std::int32_t>(rows.number(row, 1))),
                    PartitionId(static_cast<std::int32_t>(rows.number(row, 2)))};
    position.firstOffset = Offset(rows.number(row, 3));
    position.nextOffset = Offset(rows.number(row, 4));
    position.lastOffset = offsetAt(rows, row, 5);
    position.lowSeen = Offset(rows.number(row, 6));
    position.rows = rows.number(row, 7);
    position.dead = rows.number(row, 8);
    position.skipped = rows.number(row, 9);
    position.gap = rows.number(row, 10);
    position.holes = rows.number(row, 11);
    position.bytes = rows.number(row, 12);
    position.fingerprint = fingerprintAt(rows, row, 13);
    position.firstFingerprint = fingerprintAt(rows, row, 14);
    position.firstRecordOffset = offsetAt(rows, row, 15);
    position.owner = rows.text(row, 16);
    position.ownerEpoch = rows.number(row, 17);
    position.epochAtProgress = rows.number(row, 18);
    position.state = stateOf(rows.text(row, 19));
    position.reason = rows.text(row, 20);
    return position;
}

/// An array of one number of each thing; a literal of 200 numbers costs the server a tenth of the
/// time that it takes to plan as many VALUES.
template<class Thing, class Number>
std::string numberArray(std::span<const Thing> things, const char* type, Number number)
{
    std::string text = "'{";
    for (const Thing& thing : things) {
        const std::optional<std::int64_t> value = number(thing);
        text += text.size() > 2 ? "," : "";
        text += value ? std::to_string(*value) : "NULL";
    }
    return text.append("}'::").append(type).append("[]");
}

/// What both kinds of things have in common: "'{…}'::text[], '{…}'::integer[], '{…}'::integer[]".
template<class Thing, class Key>
std::string keyArrays(std::span<const Thing> things, Key keyOf)
{
    std::vector<std::string> topics;
    for (const Thing& thing : things)
        topics.push_back(keyOf(thing).topic);
    const auto generation = [keyOf](const Thing& thing) { return keyOf(thing).generation.value; };
    const auto partition = [keyOf](const Thing& thing) { return keyOf(thing).partition.value; };
    return textLiteral(arrayText(topics)) + "::text[], " +
           numberArray(things, "integer", generation) + ", " +
           numberArray(things, "integer", partition);
}

using Numbers = std::optional<std::int64_t> (*)(const Position&);

/// What a commit writes, in column order.
constexpr std::array<std::pair<std::string_view, Numbers>, 13> written{{
    {"first_offset", [](const Position& p) { return std::optional(p.firstOffset.value); }},
    {"next_offset", [](const Position& p) { return std::optional(p.nextOffset.value); }},
    {"last_offset", [](const Position& p) { return numberOf(p.lastOffset); }},
    {"low_seen", [](const Position& p) { return std::optional(p.lowSeen.value); }},
    {"rows", [](const Position& p) { return std::optional(p.rows); }},
    {"dead", [](const Position& p) { return std::optional(p.dead); }},
    {"skipped", [](const Position& p) { return std::optional(p.skipped); }},
    {"gap", [](const Position& p) { return std::optional(p.gap); }},
    {"holes", [](const Position& p) { return std::optional(p.holes); }},
    {"bytes", [](const Position& p) { return std::optional(p.bytes); }},
    {"fingerprint", [](const Position& p) { return storedOf(p.fingerprint); }},
    {"first_fingerprint", [](const Position& p) { return storedOf(p.firstFingerprint); }},
    {"first_record_offset", [](const Position& p) { return numberOf(p.firstRecordOffset); }},
}};

} // namespace

std::string_view partitionStateName(PartitionState state) noexcept
{
    return stateNames[static_cast<std::size_t>(state)];
}

std::string matchesKeysSql(std::span<const PositionKey> keys)
{
    const auto itself = [](const PositionKey& key) -> const PositionKey& { return key; };
    return "(p.topic, p.generation, p.partition) IN (SELECT k.topic, k.generation, k.partition "
           "FROM unnest(" +
           keyArrays(keys, itself) + ") AS k (topic, generation, partition))";
}

std::string lockPositionsSql(std::span<const PositionKey> sortedKeys)
{
    return std::string("SELECT ") + columnList + " FROM millrace.position AS p WHERE " +
           matchesKeysSql(sortedKeys) +
           " ORDER BY p.topic, p.generation, p.partition FOR UPDATE OF p";
}

std::vector<Position> readPositions(const postgres::ResultSet& rows)
{
    std::vector<Position> positions;
    positions.reserve(static_cast<std::size_t>(rows.rows()));
    for (int row = 0; row < rows.rows(); ++row)
        positions.push_back(positionAt(rows, row));
    return positions;
}

std::string updatePositionsSql(std::span<const Position> positions)
{
    std::string set;
    std::string names;
    const auto keyOf = [](const Position& position) -> const PositionKey& { return position.key; };
    std::string arrays = keyArrays(positions, keyOf);
    for (const auto& [name, number] : written) {
        set.append(name).append(" = v.").append(name).append(", ");
        names.append(", ").append(name);
        arrays.append(", ").append(numberArray(positions, "bigint", number));
    }
    return "UPDATE millrace.position AS p SET " + set +
           "epoch_at_progress = p.owner_epoch, reason = CASE WHEN p.reason = " +
           textLiteral(resumedByPerson) +
           " THEN '' ELSE p.reason END, committed_at = clock_timestamp() FROM unnest(" + arrays +
           ") AS v (topic, generation, partition" + names +
           ") WHERE p.topic = v.topic AND p.generation = v.generation "
           "AND p.partition = v.partition";
}

Result<std::vector<Position>> loadPositions(postgres::Connection& connection,
                                            const std::string& topic)
{
    const auto rows = connection.query(
        std::string("SELECT ") + columnList +
            " FROM millrace.position AS p WHERE p.topic = $1 AND p.generation = "
            "(SELECT max(g.generation) FROM millrace.generation AS g WHERE g.topic = $1) "
            "ORDER BY p.partition",
        {topic});
    if (!rows)
        return rows.error();
    return readPositions(*rows);
}

Result<void> insertPositions(postgres::Connection& connection, const std::string& topic,
                             Generation generation, std::span<const FirstSight> partitions)
{
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> firsts;
    std::vector<std::int64_t> lows;
    for (const FirstSight& sight : partitions) {
        ids.push_back(sight.partition.value);
        firsts.push_back(sight.isNewPartition ? 0 : sight.low.value);
        lows.push_back(sight.low.value);
    }
    const auto done = connection.query(
        "WITH made AS (INSERT INTO millrace.position (topic, generation, partition, first_offset, "
        "next_offset, low_seen, gap) SELECT $1, $2::integer, s.partition, s.first, s.low, s.low, "
        "s.low - s.first FROM unnest($3::integer[], $4::bigint[], $5::bigint[]) "
        "AS s (partition, first, low) ORDER BY s.partition ON CONFLICT DO NOTHING "
        "RETURNING partition, first_offset, next_offset) "
        "INSERT INTO millrace.gap (topic, generation, partition, first_offset, last_offset, kind, "
        "reason) SELECT $1, $2::integer, m.partition, m.first_offset, m.next_offset - 1, 'rows', "
        "'a new partition began above 0' FROM made AS m WHERE m.next_offset > m.first_offset",
        {topic, std::to_string(generation.value), arrayText(ids), arrayText(firsts),
         arrayText(lows)});
    return done ? Result<void>() : Result<void>(done.error());
}

Result<void> setPartitionState(postgres::Connection& connection, const PositionKey& key,
                               PartitionState state, const std::string& reason)
{
    const auto done = connection.query(
        "UPDATE millrace.position SET state = $4, reason = $5 WHERE topic = $1 "
        "AND generation = $2::integer AND partition = $3::integer "
        "AND (state, reason) IS DISTINCT FROM ($4, $5)",
        {key.topic, std::to_string(key.generation.value), std::to_string(key.partition.value),
         partitionStateName(state), storable(reason)});
    return done ? Result<void>() : Result<void>(done.error());
}

Result<Position> recordGap(postgres::Connection& connection, const Position& held, Offset to,
                           Offset low, const std::string& reason)
{
    const auto rows = connection.query(
        std::string(
            "WITH moved AS (UPDATE millrace.position SET next_offset = $6, "
            "gap = gap + ($6 - next_offset), low_seen = greatest(low_seen, $7), "
            "last_offset = NULL, fingerprint = NULL, epoch_at_progress = owner_epoch, "
            "committed_at = clock_timestamp() WHERE topic = $1 AND generation = $2 "
            "AND partition = $3 AND next_offset = $4 AND owner_epoch = $5 AND $6 > next_offset "
            "RETURNING *), told AS (INSERT INTO millrace.gap (topic, generation, partition, "
            "first_offset, last_offset, kind, reason) SELECT m.topic, m.generation, m.partition, "
            "$4, $6 - 1, 'rows', $8 FROM moved AS m) SELECT ") +
            columnList + " FROM moved AS p",
        {held.key.topic, std::to_string(held.key.generation.value),
         std::to_string(held.key.partition.value), std::to_string(held.nextOffset.value),
         std::to_string(held.ownerEpoch), std::to_string(to.value), std::to_string(low.value),
         storable(reason)});
    if (!rows)
        return rows.error();
    if (rows->rows() == 0)
        return Error{Scope::Batch, Code::Fenced, "another owner has moved the position",
                     held.key.topic + "[" + std::to_string(held.key.partition.value) + "]"};
    return positionAt(*rows, 0);
}

Result<std::optional<Offset>> gapFrom(postgres::Connection& connection, const PositionKey& key,
                                      Offset first)
{
    const auto rows = connection.query(
        "SELECT last_offset FROM millrace.gap WHERE topic = $1 AND generation = $2::integer "
        "AND partition = $3::integer AND first_offset = $4::bigint AND kind = 'rows'",
        {key.topic, std::to_string(key.generation.value), std::to_string(key.partition.value),
         std::to_string(first.value)});
    if (!rows)
        return rows.error();
    return rows->rows() == 0 ? std::optional<Offset>() : Offset(rows->number(0, 0));
}

} // namespace millrace::control
