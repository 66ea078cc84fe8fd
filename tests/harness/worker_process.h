// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/child_process.h"
#include "tests/harness/scratch_folder.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace millrace::harness {

/// How a worker is started: `millrace --serve`, its own data folder, listening on a free port.
struct WorkerOptions
{
    std::string brokers = {};
    std::string database = {};
    std::vector<std::string> arguments = {}; ///< further ones
    std::map<std::string, std::string> environment = {};
    std::string dataFolder = {}; ///< another worker's; empty: one of its own
    std::string failpoints = {}; ///< "name=kill@3,other=stop@1"
};

/// The built program as a child: started, waited for, killed, started again with the same data
/// folder, so that it is the same instance.
class WorkerProcess
{
public:
    explicit WorkerProcess(WorkerOptions options);

    void start();
    /// start() and awaitReady().
    void startReady();
    /// Waits for the line that says ready; throws HarnessError with the log when it ends before.
    void awaitReady(std::chrono::milliseconds limit = std::chrono::seconds(30));
    /// Waits for a log line of this start that has `text` in it.
    [[nodiscard]] bool awaitLog(const std::string& text, std::chrono::milliseconds limit);

    /// SIGTERM; the worker promises to end within 5 s, it is given 10.
    ChildExit stop();
    ChildExit kill9();
    void freeze();
    void thaw();
    [[nodiscard]] bool running();
    /// Waits for it to end by itself, at a failpoint say; throws HarnessError when it does not.
    ChildExit awaitEnd(std::chrono::milliseconds limit);

    /// What the next start() uses; empty for none.
    void setFailpoints(const std::string& failpoints) { m_options.failpoints = failpoints; }

    /// Log lines since the last start.
    [[nodiscard]] std::vector<std::string> log() const;
    /// Everything since the first start.
    [[nodiscard]] std::string logText() const;
    [[nodiscard]] std::string dataFolder() const
    {
        return m_options.dataFolder.empty() ? m_folder.file("data") : m_options.dataFolder;
    }
    /// The answer of an HTTP GET to the worker; empty when it does not answer 200.
    [[nodiscard]] std::string get(const std::string& path) const;
    [[nodiscard]] ChildProcess& process() { return *m_process; }

private:
    WorkerOptions m_options;
    ScratchFolder m_folder;
    std::size_t m_logStart = 0;
    std::unique_ptr<ChildProcess> m_process;
};

} // namespace millrace::harness
