// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/query/positions.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace millrace::http {

/// Origin of the error that says that offsets have not been passed in time, and which.
inline constexpr const char* notReachedOrigin = "min-offsets";

/// Where tables stand, for many who ask at once: a thread of its own reads for all who have asked
/// by then, in one statement. Whoever asks while it reads waits for the next reading, so everybody
/// gets positions that were read after he asked: what a cached answer needs to be exact. Any thread
/// but the one that tells.
class PositionSource
{
public:
    struct Wish
    {
        std::vector<std::string> topics;     ///< sorted: whose positions are told
        query::OffsetVector offsets = {};    ///< that must have been passed first
        SteadyTime until = {};               ///< when it has waited long enough for them
        std::function<bool()> isWanted = {}; ///< asked while it waits; null: it is
    };
    /// Called once, by the thread that reads; must not throw, nor wait. Errors: Retry with
    /// notReachedOrigin; Cancelled; those of the connection.
    using Tell = std::function<void(const Result<query::Positions>&)>;

    PositionSource(postgres::Dsn dsn, const std::string& instance);
    ~PositionSource(); ///< tells everybody Cancelled

    void ask(Wish wish, Tell tell);

private:
    struct Asked
    {
        Wish wish;
        Tell tell;
    };
    void run(const std::stop_token& stop);
    std::vector<Asked> next(const std::stop_token& stop);
    Result<query::PositionsByTopic> read(const std::vector<Asked>& all);
    Result<query::PositionsByTopic> readOnce(const std::vector<std::string>& topics);
    void answer(std::vector<Asked> all);

    postgres::Dsn m_dsn;
    postgres::ConnectOptions m_options;
    std::optional<postgres::Connection> m_connection; ///< of the thread, as the next two
    bool m_isPrepared = false;                        ///< its statement
    std::vector<Asked> m_waiting;                     ///< for their offsets

    std::mutex m_mutex; ///< guards the two below
    std::condition_variable_any m_changed;
    std::vector<Asked> m_asked;
    bool m_isClosed = false;
    std::jthread m_thread; ///< last: it uses all above
};

} // namespace millrace::http
