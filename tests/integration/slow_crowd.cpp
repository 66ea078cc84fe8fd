// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/slow_crowd.h"

#include "tests/harness/harness_error.h"
#include "tests/harness/http_get.h"
#include "tests/harness/loopback.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>

namespace millrace::integration {

using namespace harness;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kinds = 3;
constexpr int readerKind = 2;
constexpr int aMomentMs = 500;
const std::array<std::string, kinds> beginnings{
    "GET /tables/ HTTP/1.1\r\nHost: localhost\r\nX: ",
    "POST /aggregate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Content-Length: 100000\r\n\r\n",
    "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"};

/// False: it was cut.
bool tick(int socket, bool isReader)
{
    char byte = 'x';
    if (!isReader && ::send(socket, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        return false;
    const ssize_t got = ::recv(socket, &byte, 1, MSG_DONTWAIT);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}

} // namespace

SlowCrowd::SlowCrowd(const std::string& where, int connections)
    : m_address(where.substr(0, where.rfind(':')))
    , m_port(std::atoi(&where[where.rfind(':') + 1]))
{
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4'096);
    ::setrlimit(RLIMIT_NOFILE, &files);
    for (int i = 0; i < connections; ++i) {
        m_sockets.push_back(open(m_sockets.size()));
        if (m_sockets.back() < 0)
            throw HarnessError("slow client " + std::to_string(i) + " finds no way in");
    }
    m_thread = std::thread([this] { run(); });
}

SlowCrowd::~SlowCrowd()
{
    m_isOver = true;
    m_thread.join();
    for (const int one : m_sockets)
        ::close(one);
}

int SlowCrowd::open(std::size_t index) const
{
    const int one = connectTo(m_address, m_port);
    const std::string& beginning = beginnings[index % kinds];
    const int few = 2'048;
    if (one >= 0)
        ::setsockopt(one, SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
    if (one < 0 || sendAll(one, beginning.data(), beginning.size()))
        return one;
    ::close(one);
    return -1;
}

void SlowCrowd::run()
{
    while (!m_isOver) {
        for (std::size_t i = 0; i < m_sockets.size() && !m_isOver; ++i) {
            if (m_sockets[i] >= 0 && tick(m_sockets[i], i % kinds == readerKind))
                continue;
            if (m_sockets[i] >= 0)
                ::close(m_sockets[i]);
            ++m_cut;
            m_sockets[i] = open(i);
        }
        ::poll(nullptr, 0, aMomentMs);
    }
}

Asker::Asker(std::string where, std::string path, int pauseMs)
    : m_where(std::move(where))
    , m_path(std::move(path))
    , m_pauseMs(pauseMs)
    , m_thread([this] { run(); })
{
}

Asker::~Asker()
{
    m_isOver = true;
    if (m_thread.joinable())
        m_thread.join();
}

std::vector<double> Asker::end()
{
    m_isOver = true;
    m_thread.join();
    std::ranges::sort(m_times);
    return m_times;
}

void Asker::run()
{
    constexpr double failedMs = 60'000;
    for (long number = 0; !m_isOver; ++number) {
        std::string path = m_path;
        if (const auto at = path.find("{n}"); at != std::string::npos)
            path.replace(at, 3, std::to_string(number));
        const auto begin = Clock::now();
        const int status = httpGet(m_where, path).status;
        const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
        m_times.push_back(status == 200 ? took.count() : failedMs);
        ::poll(nullptr, 0, m_pauseMs);
    }
}

double p99(const std::vector<double>& sorted)
{
    return sorted.empty() ? 0 : sorted[sorted.size() * 99 / 100];
}

} // namespace millrace::integration
