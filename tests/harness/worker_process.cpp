// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/worker_process.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/http_get.h"
#include "tests/harness/loopback.h"
#include "tests/harness/wait_until.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <sstream>

namespace millrace::harness {
namespace {

std::string program()
{
    const char* other = std::getenv("MILLRACE_PROGRAM");
    return other != nullptr ? other : MR_PROGRAM;
}

} // namespace

WorkerProcess::WorkerProcess(WorkerOptions options)
    : m_options(std::move(options))
{
}

void WorkerProcess::start()
{
    ChildSpec spec{
        .program = program(),
        .arguments = {"--serve", "--data-dir", dataFolder(), "--listen", ownAddress() + ":0"},
        .environment = m_options.environment,
        .outputFile = m_folder.file("log")};
    const auto add = [&](const std::string& name, const std::string& value) {
        if (!value.empty())
            spec.arguments.insert(spec.arguments.end(), {name, value});
    };
    add("--brokers", m_options.brokers);
    add("--database", m_options.database);
    spec.arguments.insert(spec.arguments.end(), m_options.arguments.begin(),
                          m_options.arguments.end());
    if (!m_options.failpoints.empty())
        spec.environment["MILLRACE_FAILPOINTS"] = m_options.failpoints;
    m_logStart = logText().size();
    m_process = std::make_unique<ChildProcess>(spec);
}

void WorkerProcess::startReady()
{
    start();
    awaitReady();
}

void WorkerProcess::awaitReady(std::chrono::milliseconds limit)
{
    if (!awaitLog("ready", limit))
        throw HarnessError("the worker is not ready: " + logText().substr(m_logStart));
}

bool WorkerProcess::awaitLog(const std::string& text, std::chrono::milliseconds limit)
{
    const auto said = [&] { return logText().find(text, m_logStart) != std::string::npos; };
    const bool ended = waitUntil(limit, [&] { return said() || !m_process->running(); });
    return ended && said();
}

ChildExit WorkerProcess::stop()
{
    m_process->signal(SIGTERM);
    return awaitEnd(std::chrono::seconds(10));
}

ChildExit WorkerProcess::kill9()
{
    return m_process->kill9();
}

void WorkerProcess::freeze()
{
    m_process->signal(SIGSTOP);
}

void WorkerProcess::thaw()
{
    m_process->signal(SIGCONT);
}

bool WorkerProcess::running()
{
    return m_process && m_process->running();
}

ChildExit WorkerProcess::awaitEnd(std::chrono::milliseconds limit)
{
    const auto ended = m_process->wait(limit);
    if (!ended)
        throw HarnessError("the worker does not end: " + logText().substr(m_logStart));
    return *ended;
}

std::vector<std::string> WorkerProcess::log() const
{
    std::istringstream text(logText().substr(m_logStart));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

std::string WorkerProcess::logText() const
{
    return readFile(m_folder.file("log"));
}

std::string WorkerProcess::get(const std::string& path) const
{
    // the file holds address:port
    std::string listen = readFile(dataFolder() + "/listen");
    std::erase(listen, '\n');
    const HttpAnswer answer = httpGet(listen, path);
    return answer.status == 200 ? answer.body : std::string();
}

} // namespace millrace::harness
