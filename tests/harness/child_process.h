// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace::harness {

/// What a child is started with. Output goes to a file, so that a child never blocks on a pipe.
struct ChildSpec
{
    std::string program;                                 ///< absolute, or looked up in PATH
    std::vector<std::string> arguments;                  ///< without argv[0]
    std::map<std::string, std::string> environment = {}; ///< added to ours
    std::string outputFile;                              ///< stdout and stderr are appended
    std::string workFolder = "/";
    std::optional<uid_t> user = {}; ///< drop to this user and group (we are root)
    std::optional<gid_t> group = {};
};

/// How a child ended. `code` is -1 when a signal ended it.
struct ChildExit
{
    int code = -1;
    int signal = 0;
    std::chrono::milliseconds cpu{0}; ///< user and system time of it and its waited children
    long peakRssKb = 0;
};

/// One child process. Dies with us: the kernel kills it when the starting thread ends, and the
/// destructor does before that. Start children from the main thread.
class ChildProcess
{
public:
    /// Throws HarnessError when the program cannot be executed.
    explicit ChildProcess(const ChildSpec& spec);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] pid_t pid() const { return m_pid; }
    [[nodiscard]] bool running();
    /// Sends `signal` if the child still runs.
    void signal(int signal);
    /// Waits for the end; nothing when it still runs after `limit`.
    [[nodiscard]] std::optional<ChildExit> wait(std::chrono::milliseconds limit);
    /// SIGKILL and wait.
    ChildExit kill9();

    /// Peak resident size so far, from /proc; 0 when the child has ended.
    [[nodiscard]] long peakRssKb() const;
    /// User and system time so far, from /proc, without its children.
    [[nodiscard]] std::chrono::milliseconds cpu() const;

private:
    pid_t m_pid = -1;
    std::optional<ChildExit> m_exit;
};

/// Runs to the end and returns the output; throws HarnessError on another code than 0.
std::string runTool(ChildSpec spec, std::chrono::milliseconds limit = std::chrono::seconds(60));

/// The whole file; empty when it is not there.
[[nodiscard]] std::string readFile(const std::string& path);

} // namespace millrace::harness
