// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/query_session.h"
#include "tests/integration/question_scene.h"

#include <chrono>
#include <memory>
#include <string>

namespace millrace::integration {

/// How a statement ended that one of the two walls has let through.
enum class Ending : std::uint8_t { Refused, Answered, Late };

struct Ended
{
    Ending ending = Ending::Refused;
    std::string text; ///< of the rows, or of the refusal
    std::chrono::milliseconds took{0};
    int lostPid = 0; ///< the server process of a session that was broken off
};

/// Runs statements one by one as the questions' role, and looks at what they leave behind.
class WallWatch
{
public:
    /// Puts a "canary" everywhere beyond the grant.
    WallWatch(QuestionScene& scene, query::QueryLimits limits);

    Ended run(const std::string& sql);
    /// Terminates a process as the owner, and waits for its end.
    [[nodiscard]] bool ends(int pid, std::chrono::milliseconds limit);
    /// Settings, locks, prepared statements, cursors, channels, temporary objects of the session.
    [[nodiscard]] std::string sessionState();
    /// What a statement could have changed for others: rows, write counters, catalogue, roles,
    /// large objects, advisory locks.
    [[nodiscard]] std::string trace();
    /// Server processes of questions; empty: none.
    [[nodiscard]] std::string backends();
    void closeSession() { m_session.reset(); }

private:
    QuestionScene& m_scene;
    query::QueryLimits m_limits;
    std::unique_ptr<query::QuerySession> m_session;
};

} // namespace millrace::integration
