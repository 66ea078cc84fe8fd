// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/dead_letter.h"
#include "core/control/sql_value.h"

namespace millrace::control {

namespace {

/// Values of one load together; a single larger one still comes, alone.
constexpr const char* loadBytesMax = "67108864";

/// Open letters of a selection; parameters $1 to $4.
constexpr const char* openAndSelected =
    "l.topic = $1 AND l.state = 'open' AND ($2::text IS NULL OR l.class = $2::text) "
    "AND ($3::integer IS NULL OR l.partition = $3::integer) "
    "AND ($4::bigint[] IS NULL OR l.record_offset = ANY ($4::bigint[]))";

/// The texts behind the parameters of openAndSelected.
struct SelectionTexts
{
    explicit SelectionTexts(const LetterSelection& selection)
        : m_topic(storable(selection.topic))
        , m_class(selection.deadClass)
        , m_partition(selection.partition ? std::to_string(selection.partition->value) : "")
        , m_offsets(selection.offsets.empty() ? "" : arrayText(selection.offsets))
    {
    }

    [[nodiscard]] std::vector<postgres::Param> params() const
    {
        return {m_topic, orNull(m_class), orNull(m_partition), orNull(m_offsets)};
    }

private:
    static postgres::Param orNull(const std::string& text)
    {
        return text.empty() ? postgres::Param(std::nullopt) : postgres::Param(text);
    }

    std::string m_topic;
    std::string m_class;
    std::string m_partition;
    std::string m_offsets;
};

/// `head`, the selection, `tail`.
std::string selecting(std::string_view head, std::string_view tail)
{
    std::string sql(head);
    sql += openAndSelected;
    sql += tail;
    return sql;
}

std::optional<std::string> bytesAt(const postgres::ResultSet& rows, int row, int column)
{
    if (rows.isNull(row, column))
        return std::nullopt;
    return rows.bytes(row, column);
}

StoredLetter letterAt(const postgres::ResultSet& rows, int row)
{
    StoredLetter letter;
    letter.key = {std::string(rows.text(row, 0)),
                  Generation(static_cast<std::int32_t>(rows.number(row, 1))),
                  PartitionId(static_cast<std::int32_t>(rows.number(row, 2)))};
    letter.offset = Offset(rows.number(row, 3));
    letter.keyBytes = bytesAt(rows, row, 4);
    letter.value = bytesAt(rows, row, 5);
    letter.truncated = rows.boolean(row, 6);
    letter.headersJson = rows.text(row, 7);
    letter.recordTimeMs = rows.optionalNumber(row, 8).value_or(-1);
    return letter;
}

} // namespace

Result<std::int64_t> countOpenLetters(postgres::Connection& connection,
                                      const LetterSelection& selection)
{
    const SelectionTexts texts(selection);
    const auto rows = connection.query(
        selecting("SELECT count(*) FROM millrace.dead_letter AS l WHERE ", ""), texts.params());
    if (!rows)
        return rows.error();
    return rows->number(0, 0);
}

Result<std::vector<StoredLetter>> loadOpenLetters(postgres::Connection& connection,
                                                  const LetterSelection& selection,
                                                  const LetterCursor& after, int countMax)
{
    const SelectionTexts texts(selection);
    const std::string generation = std::to_string(after.generation.value);
    const std::string partition = std::to_string(after.partition.value);
    const std::string offset = std::to_string(after.offset.value);
    const std::string count = std::to_string(countMax);
    std::vector<postgres::Param> params = texts.params();
    params.insert(params.end(), {generation, partition, offset, count, loadBytesMax});
    const auto rows = connection.query(
        selecting(
            "SELECT s.topic, s.generation, s.partition, s.record_offset, l.key, l.value, "
            "l.truncated, l.headers, (extract(epoch FROM l.record_time) * 1000)::bigint FROM ("
            "SELECT n.*, row_number() OVER o AS nth, sum(n.size) OVER o AS bytes FROM ("
            "SELECT l.topic, l.generation, l.partition, l.record_offset, "
            "octet_length(l.value) AS size FROM millrace.dead_letter AS l WHERE ",
            " AND (l.generation, l.partition, l.record_offset) > ($5::integer, $6::integer, "
            "$7::bigint) ORDER BY l.generation, l.partition, l.record_offset LIMIT $8::bigint) "
            "AS n WINDOW o AS (ORDER BY n.generation, n.partition, n.record_offset)) AS s "
            "JOIN millrace.dead_letter AS l USING (topic, generation, partition, record_offset) "
            "WHERE s.nth = 1 OR coalesce(s.bytes, 0) <= $9::bigint "
            "ORDER BY s.generation, s.partition, s.record_offset"),
        params);
    if (!rows)
        return rows.error();
    std::vector<StoredLetter> letters;
    for (int row = 0; row < rows->rows(); ++row)
        letters.push_back(letterAt(*rows, row));
    return letters;
}

Result<std::int64_t> markReplayed(postgres::Connection& connection,
                                  std::span<const StoredLetter> letters)
{
    std::vector<std::string> topics;
    std::vector<std::int64_t> generations;
    std::vector<std::int64_t> partitions;
    std::vector<std::int64_t> offsets;
    for (const StoredLetter& letter : letters) {
        topics.push_back(letter.key.topic);
        generations.push_back(letter.key.generation.value);
        partitions.push_back(letter.key.partition.value);
        offsets.push_back(letter.offset.value);
    }
    const auto done = connection.query(
        "WITH picked AS (SELECT l.topic, l.generation, l.partition, l.record_offset "
        "FROM millrace.dead_letter AS l WHERE l.state = 'open' "
        "AND (l.topic, l.generation, l.partition, l.record_offset) IN (SELECT k.topic, "
        "k.generation, k.partition, k.record_offset FROM unnest($1::text[], $2::integer[], "
        "$3::integer[], $4::bigint[]) AS k (topic, generation, partition, record_offset)) "
        "ORDER BY l.topic, l.generation, l.partition, l.record_offset FOR UPDATE OF l) "
        "UPDATE millrace.dead_letter AS l SET state = 'replayed' FROM picked AS p "
        "WHERE l.topic = p.topic AND l.generation = p.generation AND l.partition = p.partition "
        "AND l.record_offset = p.record_offset AND l.state = 'open'",
        {arrayText(topics), arrayText(generations), arrayText(partitions), arrayText(offsets)});
    if (!done)
        return done.error();
    return done->affected();
}

Result<std::int64_t> discardLetters(postgres::Connection& connection,
                                    const LetterSelection& selection, const std::string& reason,
                                    int countMax)
{
    const SelectionTexts texts(selection);
    const std::string note = storable(reason);
    const std::string count = std::to_string(countMax);
    std::vector<postgres::Param> params = texts.params();
    params.insert(params.end(), {note, count});
    const auto done = connection.query(
        selecting("WITH picked AS (SELECT l.topic, l.generation, l.partition, l.record_offset "
                  "FROM millrace.dead_letter AS l WHERE ",
                  " ORDER BY l.topic, l.generation, l.partition, l.record_offset LIMIT $6::bigint "
                  "FOR UPDATE OF l) UPDATE millrace.dead_letter AS l SET state = 'discarded', "
                  "note = nullif($5, '') FROM picked AS p WHERE l.topic = p.topic "
                  "AND l.generation = p.generation AND l.partition = p.partition "
                  "AND l.record_offset = p.record_offset AND l.state = 'open'"),
        params);
    if (!done)
        return done.error();
    return done->affected();
}

Result<void> moveDeadToRows(postgres::Connection& connection, const PositionKey& key,
                            std::int64_t count)
{
    const auto done = connection.query(
        "UPDATE millrace.position SET dead = dead - $4::bigint, rows = rows + $4::bigint "
        "WHERE topic = $1 AND generation = $2::integer AND partition = $3::integer",
        {key.topic, std::to_string(key.generation.value), std::to_string(key.partition.value),
         std::to_string(count)});
    if (!done)
        return done.error();
    if (done->affected() == 1)
        return {};
    return Error{Scope::Batch, Code::NotFound, "there is no such position",
                 key.topic + "[" + std::to_string(key.partition.value) + "]"};
}

} // namespace millrace::control
