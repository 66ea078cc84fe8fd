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

/// ('topic',1,0) with the first one's types said, as VALUES wants it.
std::string keyValues(std::span<const PositionKey> keys)
{
    std::string values;
    for (const PositionKey& key : keys) {
        const bool first = values.empty();
        values += (first ? "(" : ",(") + textLiteral(key.topic) + (first ? "::text," : ",") +
                  std::to_string(key.generation.value) + "," + std::to_string(key.partition.value) +
                  ")";
    }
    return values;
}

void appendRow(std::string& values, const Position& position)
{
    const bool first = values.empty();
    const auto add = [&](const std::string& value, const char* type) {
        values += value;
        values += first ? type : "";
    };
    values += first ? "(" : ",\n(";
    add(textLiteral(position.key.topic), "::text");
    for (const std::int64_t number : {static_cast<std::int64_t>(position.key.generation.value),
                                      static_cast<std::int64_t>(position.key.partition.value)})
        add("," + std::to_string(number), "::integer");
    for (const std::int64_t number :
         {position.firstOffset.value, position.nextOffset.value, position.lowSeen.value,
          position.rows, position.dead, position.skipped, position.gap, position.holes,
          position.bytes})
        add("," + std::to_string(number), "::bigint");
    for (const auto& number :
         {numberOf(position.lastOffset), storedOf(position.fingerprint),
          storedOf(position.firstFingerprint), numberOf(position.firstRecordOffset)})
        add("," + numberOrNull(number), "::bigint");
    values += ")";
}

} // namespace

std::string_view partitionStateName(PartitionState state) noexcept
{
    return stateNames[static_cast<std::size_t>(state)];
}

std::string matchesKeysSql(std::span<const PositionKey> keys)
{
    if (keys.empty())
        return "false";
    return "(p.topic, p.generation, p.partition) IN (VALUES " + keyValues(keys) + ")";
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
    std::string values;
    for (const Position& position : positions)
        appendRow(values, position);
    if (values.empty())
        return "UPDATE millrace.position SET rows = rows WHERE false";
    return "UPDATE millrace.position AS p SET first_offset = v.first_offset, "
           "next_offset = v.next_offset, last_offset = v.last_offset, low_seen = v.low_seen, "
           "rows = v.rows, dead = v.dead, skipped = v.skipped, gap = v.gap, holes = v.holes, "
           "bytes = v.bytes, fingerprint = v.fingerprint, "
           "first_fingerprint = v.first_fingerprint, "
           "first_record_offset = v.first_record_offset, "
           "epoch_at_progress = p.owner_epoch, committed_at = clock_timestamp() FROM (VALUES " +
           values +
           ") AS v (topic, generation, partition, first_offset, next_offset, low_seen, rows, "
           "dead, skipped, gap, holes, bytes, last_offset, fingerprint, first_fingerprint, "
           "first_record_offset) WHERE p.topic = v.topic AND p.generation = v.generation "
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

} // namespace millrace::control
