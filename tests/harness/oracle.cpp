// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/oracle.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/oracle_sql.h"
#include "tests/harness/wait_until.h"

#include <algorithm>
#include <map>

namespace millrace::harness {
namespace {

using Place = std::pair<int, std::int64_t>; // partition, offset

Place placeOf(const SqlRow& row)
{
    return {std::stoi(row[0].value_or("-1")), std::stoll(row[1].value_or("-1"))};
}

std::string text(const Place& place)
{
    return "[" + std::to_string(place.first) + "]@" + std::to_string(place.second);
}

/// One line of millrace.position.
struct Position
{
    std::int64_t first = 0;
    std::int64_t next = 0;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::int64_t skipped = 0;
    std::int64_t gap = 0;
    std::int64_t holes = 0;
};

std::map<int, Position> positionsOf(SqlClient& sql, const std::string& topic)
{
    std::map<int, Position> found;
    for (const SqlRow& row : sql.rows(positionQuery(), {topic})) {
        const auto number = [&](std::size_t i) { return std::stoll(row[i].value_or("0")); };
        found[static_cast<int>(number(0))] = {.first = number(1),
                                              .next = number(2),
                                              .rows = number(3),
                                              .dead = number(4),
                                              .skipped = number(5),
                                              .gap = number(6),
                                              .holes = number(7)};
    }
    return found;
}

/// Where the database says a record is, sorted; and where the broker says one is.
struct Places
{
    std::vector<Place> served; ///< with a value
    std::vector<Place> tombstones;
    std::vector<Place> rows;
    std::vector<Place> dead;
    std::map<int, std::int64_t> lows; ///< the broker's low watermarks
};

/// Collects sentences and stops at twenty.
class Findings
{
public:
    explicit Findings(std::vector<std::string>& sentences)
        : m_sentences(sentences)
    {
    }

    void add(const std::string& sentence)
    {
        if (m_sentences.size() < 20)
            m_sentences.push_back(sentence);
    }

    void addAll(const std::vector<Place>& places, const std::string& what)
    {
        for (const Place& place : places)
            add(text(place) + " " + what);
        if (places.size() > 20)
            add("… " + std::to_string(places.size()) + " in all " + what);
    }

private:
    std::vector<std::string>& m_sentences;
};

std::vector<Place> minus(const std::vector<Place>& from, const std::vector<Place>& taken)
{
    std::vector<Place> left;
    std::ranges::set_difference(from, taken, std::back_inserter(left));
    return left;
}

std::vector<Place> doubled(const std::vector<Place>& sorted)
{
    std::vector<Place> found;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i] == sorted[i - 1])
            found.push_back(sorted[i]);
    }
    return found;
}

void comparePlaces(const Places& places, Findings& findings)
{
    std::vector<Place> landed = places.rows;
    landed.insert(landed.end(), places.dead.begin(), places.dead.end());
    std::ranges::sort(landed);
    findings.addAll(doubled(landed), "is there twice");
    findings.addAll(minus(places.served, landed), "is nowhere");
    std::vector<Place> strange = minus(landed, places.served);
    // what retention took away after we had read it cannot be checked any more
    std::erase_if(strange, [&](const Place& place) {
        const auto low = places.lows.find(place.first);
        return low != places.lows.end() && place.second < low->second;
    });
    findings.addAll(strange, "is in the database, but is no record with a value");
}

void comparePosition(int partition, const Position& position, const Places& places,
                     Findings& findings)
{
    const std::string where = "position [" + std::to_string(partition) + "]: ";
    const auto count = [&](const std::vector<Place>& from) {
        return std::ranges::count_if(from, [&](const Place& p) { return p.first == partition; });
    };
    const auto same = [&](const std::string& what, std::int64_t counter, std::int64_t counted) {
        if (counter != counted)
            findings.add(where + what + " is " + std::to_string(counter) + ", counted " +
                         std::to_string(counted));
    };
    same("rows", position.rows, count(places.rows));
    same("dead", position.dead, count(places.dead));
    const auto low = places.lows.find(partition);
    if (low == places.lows.end() || low->second <= position.first)
        same("skipped", position.skipped, count(places.tombstones));
    same("rows + dead + skipped + gap + holes",
         position.rows + position.dead + position.skipped + position.gap + position.holes,
         position.next - position.first);
}

void compareGaps(SqlClient& sql, const std::string& topic, const Places& places, Findings& findings)
{
    for (const SqlRow& row : sql.rows(gapQuery(), {topic})) {
        const Place first = placeOf(row);
        const Place last{first.first, std::stoll(row[2].value_or("0"))};
        const auto inside = std::ranges::lower_bound(places.rows, first);
        if (inside != places.rows.end() && *inside <= last)
            findings.add(text(*inside) + " is a row inside a gap");
    }
}

} // namespace

std::string Verdict::text() const
{
    std::string made = "served " + std::to_string(served) + ", tombstones " +
                       std::to_string(tombstones) + ", rows " + std::to_string(rows) + ", dead " +
                       std::to_string(dead);
    for (const std::string& difference : differences)
        made += "\n  " + difference;
    return made;
}

Oracle::Oracle(const KafkaProperties& client, const std::string& conninfo, std::string schema)
    : m_client(client)
    , m_admin(client)
    , m_sql(conninfo)
    , m_schema(std::move(schema))
{
}

std::string Oracle::tableOf(const std::string& topic)
{
    const std::string name = m_sql.value(tableNameQuery(), {topic});
    if (name.empty())
        throw HarnessError("topic " + topic + " has no table");
    return harness::quoted(m_schema) + "." + harness::quoted(name);
}

bool Oracle::awaitCaughtUp(const std::string& topic, std::chrono::milliseconds limit)
{
    std::map<int, std::int64_t> ends;
    for (int partition = 0; partition < m_admin.partitionCount(topic); ++partition)
        ends[partition] = m_admin.watermarks(topic, partition).high;
    return waitUntil(limit, [&] {
        // the control schema may not be there yet
        if (m_sql.value("SELECT to_regclass('millrace.position')").empty())
            return false;
        const auto positions = positionsOf(m_sql, topic);
        return std::ranges::all_of(ends, [&](const auto& end) {
            const auto position = positions.find(end.first);
            return position != positions.end() && position->second.next >= end.second;
        });
    });
}

Verdict Oracle::judge(const std::string& topic)
{
    Places places;
    forEachRecord(m_client, topic, [&](const ReadRecord& record) {
        auto& kind = record.value ? places.served : places.tombstones;
        kind.emplace_back(record.partition, record.offset);
    });
    for (int partition = 0; partition < m_admin.partitionCount(topic); ++partition)
        places.lows[partition] = m_admin.watermarks(topic, partition).low;
    const std::string generation = m_sql.value(generationQuery(), {topic});
    if (generation.empty())
        throw HarnessError("topic " + topic + " has no generation");
    // a topic without a record that landed has no table
    if (!m_sql.value(tableNameQuery(), {topic}).empty())
        m_sql.forEachRow(rowQuery(tableOf(topic), generation),
                         [&](const SqlRow& row) { places.rows.push_back(placeOf(row)); });
    for (const SqlRow& row : m_sql.rows(letterQuery(), {topic}))
        places.dead.push_back(placeOf(row));
    for (auto* list : {&places.served, &places.tombstones, &places.rows, &places.dead})
        std::ranges::sort(*list);

    Verdict verdict;
    verdict.tombstones = static_cast<std::int64_t>(places.tombstones.size());
    verdict.served = static_cast<std::int64_t>(places.served.size()) + verdict.tombstones;
    verdict.rows = static_cast<std::int64_t>(places.rows.size());
    verdict.dead = static_cast<std::int64_t>(places.dead.size());
    Findings findings(verdict.differences);
    comparePlaces(places, findings);
    for (const auto& [partition, position] : positionsOf(m_sql, topic))
        comparePosition(partition, position, places, findings);
    compareGaps(m_sql, topic, places, findings);
    return verdict;
}

std::vector<std::string>
Oracle::compareColumn(const std::string& topic, const std::string& expression,
                      const std::function<std::optional<std::string>(const ReadRecord&)>& expected)
{
    std::map<Place, std::optional<std::string>> wanted;
    forEachRecord(m_client, topic, [&](const ReadRecord& record) {
        if (record.value)
            wanted[{record.partition, record.offset}] = expected(record);
    });
    std::vector<std::string> differences;
    Findings findings(differences);
    const std::string generation = m_sql.value(generationQuery(), {topic});
    m_sql.forEachRow(columnQuery(tableOf(topic), generation, expression), [&](const SqlRow& row) {
        const auto found = wanted.find(placeOf(row));
        if (found != wanted.end() && found->second != row[2])
            findings.add(text(found->first) + " has " + row[2].value_or("NULL") + ", expected " +
                         found->second.value_or("NULL"));
    });
    return differences;
}

} // namespace millrace::harness
