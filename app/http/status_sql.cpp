// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/status_sql.h"

#include <charconv>

namespace millrace::http {

namespace {

std::optional<double> real(const postgres::ResultSet& result, int row, int column)
{
    if (result.isNull(row, column))
        return {};
    const std::string_view text = result.text(row, column);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

TopicFigures topicOf(const postgres::ResultSet& result, int row)
{
    TopicFigures topic;
    topic.topic = result.text(row, 0);
    topic.table = result.text(row, 1);
    topic.state = result.text(row, 2);
    topic.reason = result.text(row, 3);
    topic.generation = result.number(row, 4);
    topic.partitions = result.number(row, 5);
    topic.stoppedPartitions = result.number(row, 6);
    topic.rows = result.number(row, 7);
    topic.dead = result.number(row, 8);
    topic.skipped = result.number(row, 9);
    topic.gap = result.number(row, 10);
    topic.holes = result.number(row, 11);
    topic.served = result.number(row, 12);
    topic.bytes = result.number(row, 13);
    topic.balanced = result.boolean(row, 14);
    topic.lagRecords = result.optionalNumber(row, 15);
    topic.lagSeconds = real(result, row, 16);
    topic.rowsPerSecond = real(result, row, 17);
    return topic;
}

} // namespace

Result<std::vector<TopicFigures>> readTopics(postgres::Connection& connection)
{
    const auto result = connection.query(
        "SELECT topic, table_name, state, reason, generation, partitions, stopped_partitions, "
        "rows, dead, skipped, gap, holes, served, bytes, balanced, lag, lag_s, rows_per_s "
        "FROM millrace.topic_status ORDER BY topic");
    if (!result)
        return result.error();
    std::vector<TopicFigures> topics;
    for (int row = 0; row < result->rows(); ++row)
        topics.push_back(topicOf(*result, row));
    return topics;
}

Result<std::vector<WorkerFigures>> readWorkers(postgres::Connection& connection)
{
    const auto result = connection.query(
        "SELECT instance, version, extract(epoch FROM now() - beat_at)::float8 "
        "FROM millrace.worker WHERE beat_at > now() - interval '10 seconds' ORDER BY instance");
    if (!result)
        return result.error();
    std::vector<WorkerFigures> workers;
    for (int row = 0; row < result->rows(); ++row)
        workers.push_back({std::string(result->text(row, 0)), std::string(result->text(row, 1)),
                           real(*result, row, 2).value_or(0)});
    return workers;
}

Result<std::int64_t> countOpenAlarms(postgres::Connection& connection)
{
    const auto result = connection.query(
        "SELECT count(*) FROM millrace.event WHERE level = 'alarm' AND NOT acknowledged");
    if (!result)
        return result.error();
    return result->number(0, 0);
}

} // namespace millrace::http
