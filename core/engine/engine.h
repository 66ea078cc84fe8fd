// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/settings.h"
#include "core/ingest/lane_status.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace millrace::engine {

struct EngineStatus
{
    bool ready = false;                ///< every lane runs (or nothing is ingested here)
    std::vector<std::string> troubles; ///< why not, one sentence each
    std::vector<std::shared_ptr<const ingest::LaneStatus>> lanes;
    std::map<std::string, std::int64_t> alarms; ///< by event code, since the start

    /// Rows, dead letters and skipped records of this process since the start.
    [[nodiscard]] std::int64_t landedRecords() const;
};

/// Settings → a running whole. Threads of its own; start and stop from one thread, status from any.
class Engine
{
public:
    /// Migrates the control schema and starts what the settings ask for. A database that is away
    /// for now is waited for in the background. Errors, Scope::Process: the database refuses
    /// (login, privilege, a newer control schema), or a setting that no library accepts.
    static Result<std::unique_ptr<Engine>> start(const Settings& settings);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    void stop(); ///< within Limits::stopWaitMax
    [[nodiscard]] EngineStatus status() const;

private:
    Engine();
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace millrace::engine
