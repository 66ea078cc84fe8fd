// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/signal_watch.h"

#include "core/base/log.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace millrace::app {

namespace {

constexpr std::array watched = {SIGTERM, SIGINT, SIGHUP};
constexpr char leave = 0;
constexpr int exitAtOnce = 1;

/// Written by the handler, read by the thread; a pipe is the one thing both may touch.
std::array<int, 2> signalPipe = {-1, -1};

void onSignal(int number)
{
    const int before = errno;
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, 1);
    errno = before;
}

/// The next byte of the pipe; -1: none came in time.
int nextByte(int timeoutMs)
{
    pollfd ready{signalPipe[0], POLLIN, 0};
    int count = -1;
    do {
        count = ::poll(&ready, 1, timeoutMs);
    } while (count < 0 && errno == EINTR);
    char byte = 0;
    return count > 0 && ::read(signalPipe[0], &byte, 1) == 1 ? byte : -1;
}

} // namespace

SignalWatch::SignalWatch(std::chrono::milliseconds patience)
    : m_patience(patience)
{
    if (signalPipe[0] < 0) [[maybe_unused]]
        const int made = ::pipe2(signalPipe.data(), O_CLOEXEC);
    std::signal(SIGPIPE, SIG_IGN);
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int number : watched)
        ::sigaction(number, &action, nullptr);
    m_thread = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch()
{
    for (const int number : watched)
        std::signal(number, SIG_DFL);
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &leave, 1);
    m_thread.join();
}

void SignalWatch::wait()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_stopWanted; });
}

bool SignalWatch::stopWanted()
{
    const std::lock_guard lock(m_mutex);
    return m_stopWanted;
}

void SignalWatch::watch()
{
    if (nextByte(-1) <= leave)
        return;
    log(LogLevel::Info, "stopping", "asked to stop; ask again to end at once");
    {
        const std::lock_guard lock(m_mutex);
        m_stopWanted = true;
    }
    m_changed.notify_all();
    const int next = nextByte(static_cast<int>(m_patience.count()));
    if (next == leave)
        return;
    log(LogLevel::Warning, "stopped_hard",
        next < 0 ? "not everything stopped in time; ending at once"
                 : "asked twice; ending at once");
    ::_exit(exitAtOnce);
}

} // namespace millrace::app
