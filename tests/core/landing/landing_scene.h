// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/landing/committer.h"
#include "tests/harness/postgres_cluster.h"

#include <QString>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::tests {

/// A database of its own with the control schema, in one real cluster a process.
class LandingScene
{
public:
    LandingScene();

    static harness::PostgresCluster& cluster();

    [[nodiscard]] postgres::Connection connect(const std::string& lane = "0") const;
    [[nodiscard]] std::unique_ptr<harness::SqlClient> client() const;
    /// A topic with its first generation, every partition at offset 0.
    void makeTopic(const std::string& topic, int partitions = 1);
    /// First column of the first row.
    QString text(const std::string& query) { return QString::fromStdString(sql.value(query)); }

    harness::SqlClient sql; ///< what the test itself says and asks
    landing::LandingSettings settings;

private:
    explicit LandingScene(std::string database);
    std::string m_database;
};

/// Records of a test on their way into batches. Offsets of a partition count from its position.
class Feed
{
public:
    explicit Feed(LandingScene& scene);

    record::Message& add(const std::string& topic, const std::string& value,
                         std::int32_t partition = 0);
    record::Message& addTombstone(const std::string& topic, std::int32_t partition = 0);
    /// Offsets without a record before the next one.
    void skip(const std::string& topic, std::int64_t offsets, std::int32_t partition = 0);

    /// Lands what was added since the last call; the positions follow what was committed.
    Result<landing::Committed> land(landing::Committer& committer);
    /// Reads the positions again, as a lane does after an error; what was not landed is dropped.
    void forget();

    std::map<control::PositionKey, control::Position> positions;

private:
    struct Pending
    {
        std::int64_t next = 0;
        std::vector<record::Message> messages;
    };
    Pending& pendingOf(const std::string& topic, std::int32_t partition);
    void loadPositions(const std::string& topic);
    [[nodiscard]] landing::BatchToLand collect();

    LandingScene& m_scene;
    postgres::Connection m_connection;
    std::map<control::PositionKey, Pending> m_pending;
    std::deque<std::string> m_texts;
    std::deque<std::vector<record::Message>> m_sent;
};

/// describe() of the error, or "" when it is a value.
template<class T>
std::string errorOf(const Result<T>& result)
{
    return result ? std::string() : describe(result.error());
}

} // namespace millrace::tests
