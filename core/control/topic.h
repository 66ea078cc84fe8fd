// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/control/position.h"
#include "core/postgres/connection.h"
#include "core/schema/table_schema.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::control {

enum class TopicState : std::uint8_t {
    Running,
    Paused, ///< as wanted, or by a rule of the users' own; resumes by itself when the cause is gone
    Halted, ///< by the breaker or by evidence of our own fault; a person's wanted state resumes it
};
[[nodiscard]] std::string_view topicStateName(TopicState state) noexcept;

/// One row of millrace.topic with its current generation.
struct TopicRow
{
    std::string topic;
    std::string table; ///< empty: not yet created
    std::optional<Oid> tableOid;
    std::int64_t layout = 0; ///< raised by every rewrite and swap
    schema::Contract contract = schema::Contract::Evolve;
    schema::Naming naming = schema::Naming::Snake;
    bool wantedPause = false;
    TopicState state = TopicState::Running;
    std::string reason;
    Generation generation; ///< 0: none yet
    std::string clusterId; ///< of the generation; empty: unknown
    std::string topicId;   ///< of the generation; empty: unknown
};

/// All topics, sorted by name.
Result<std::vector<TopicRow>> loadTopics(postgres::Connection& connection);

/// Topics not there yet become rows (NOTIFY millrace_topic); others stay. Returns the new names.
Result<std::vector<std::string>> insertTopics(postgres::Connection& connection,
                                              std::span<const std::string> topics);

/// States what is *wanted* of a topic; workers carry it out. Also starts a halted one again
/// ('run').
Result<void> setWanted(postgres::Connection& connection, const std::string& topic, bool pause);
Result<void> setContract(postgres::Connection& connection, const std::string& topic,
                         schema::Contract contract);
/// What workers found; an event goes with it when the state changes (returns true): alarm for
/// halted, warning for paused, info for running. A halted topic stays halted: only setWanted, or
/// UPDATE millrace.topic SET wanted = 'run', moves it (to running, and its stopped partitions with
/// it, reason "resumed by a person").
Result<bool> setTopicState(postgres::Connection& connection, const std::string& topic,
                           TopicState state, const std::string& reason);
/// Says that a topic stands still as wanted, and makes it so: in the same transaction the owner
/// epochs of its positions rise, so that nobody who still reads it can commit. Nothing happens when
/// it is said already, when the topic is halted and when a pause is not wanted any more.
/// Errors: LockTimeout (a batch is under way; try again).
Result<void> tellPaused(postgres::Connection& connection, const std::string& topic,
                        std::chrono::milliseconds lockTimeout);

struct PartitionLow
{
    PartitionId partition;
    Offset low;
};
struct NewGeneration
{
    std::string topic;
    Generation after; ///< the generation it replaces; 0: the first one
    std::string clusterId;
    std::string topicId;
    std::string reason; ///< "first", "recreated", "demo_restart", "accept_cluster", …
    std::vector<PartitionLow> partitions;
};
struct BegunGeneration
{
    Generation generation; ///< the present one
    bool isOurs = false;   ///< made by this call
};
/// One transaction (ingest rules §3): locks all position rows of the topic, raises owner_epoch on
/// every row of the old generation, inserts the generation and its rows (each at its low). When
/// another worker has already made it the present one is returned, nothing is made.
Result<BegunGeneration> beginGeneration(postgres::Connection& connection,
                                        const NewGeneration& wanted);

} // namespace millrace::control
