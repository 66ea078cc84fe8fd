// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/topic_rates.h"

namespace millrace::ingest {

std::map<std::string, double>
TopicRates::update(const std::vector<std::shared_ptr<const LaneStatus>>& lanes, SteadyTime now)
{
    const double elapsed = std::chrono::duration<double>(now - m_last).count();
    std::map<kafka::TopicPartition, std::int64_t> rows;
    std::map<std::string, double> rates;
    for (const auto& lane : lanes) {
        for (const PartitionFigures& figures : lane->partitions) {
            rows[figures.where] = figures.rows;
            double& rate = rates[figures.where.topic];
            const auto before = m_rows.find(figures.where);
            if (before != m_rows.end() && elapsed > 0 && figures.rows > before->second)
                rate += static_cast<double>(figures.rows - before->second) / elapsed;
        }
    }
    m_rows = std::move(rows);
    m_last = now;
    return rates;
}

} // namespace millrace::ingest
