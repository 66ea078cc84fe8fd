// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/kafka_admin.h"
#include "tests/harness/sql_client.h"
#include "tests/harness/topic_reader.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace millrace::harness {

/// What differs between a topic and the database. Empty `differences` is the promise kept.
struct Verdict
{
    std::int64_t served = 0; ///< records that the broker gives, tombstones too
    std::int64_t tombstones = 0;
    std::int64_t rows = 0;
    std::int64_t dead = 0;
    std::vector<std::string> differences; ///< one sentence each, the first twenty

    [[nodiscard]] bool holds() const { return differences.empty(); }
    /// For QVERIFY2.
    [[nodiscard]] std::string text() const;
};

/// The independent judge of the promise: compares what a plain consumer reads with what SQL says,
/// as sets of (partition, offset), never as counts. Looks at the highest generation of a topic.
class Oracle
{
public:
    /// `schema`: where the data tables are.
    Oracle(const KafkaProperties& client, const std::string& conninfo,
           std::string schema = "public");

    /// Waits until every partition's position has reached the end of the log. `limit` bounds it.
    [[nodiscard]] bool awaitCaughtUp(const std::string& topic, std::chrono::milliseconds limit);

    /// Every record is one row, or one dead letter, or a tombstone counted as skipped; nothing
    /// else is there; the counters of millrace.position say the same, and its equation holds.
    [[nodiscard]] Verdict judge(const std::string& topic);

    /// Compares a column with what `expected` makes of the record it came from; nothing = NULL.
    /// `expression`: SQL over the data table, e.g. "id" or "address_city". Returns differences.
    [[nodiscard]] std::vector<std::string>
    compareColumn(const std::string& topic, const std::string& expression,
                  const std::function<std::optional<std::string>(const ReadRecord&)>& expected);

    /// Quoted schema and table of a topic; throws HarnessError when it has none.
    [[nodiscard]] std::string tableOf(const std::string& topic);
    [[nodiscard]] SqlClient& sql() { return m_sql; }

private:
    KafkaProperties m_client;
    KafkaAdmin m_admin;
    SqlClient m_sql;
    std::string m_schema;
};

} // namespace millrace::harness
