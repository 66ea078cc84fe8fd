// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/failpoint.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <string>

namespace millrace {

namespace {

struct Point
{
    std::string name;
    int signal = SIGKILL;
    long atHit = 1;
    std::atomic<long> hits{0};
};

std::deque<Point> readPoints()
{
    std::deque<Point> points;
    const char* text = std::getenv("MILLRACE_FAILPOINTS");
    std::string_view rest = text == nullptr ? "" : text;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const std::string_view entry = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto equals = entry.find('=');
        const auto at = entry.find('@');
        if (equals == std::string_view::npos || at == std::string_view::npos || at < equals)
            continue;
        Point& point = points.emplace_back();
        point.name = entry.substr(0, equals);
        point.signal = entry.substr(equals + 1, at - equals - 1) == "stop" ? SIGSTOP : SIGKILL;
        point.atHit = std::atol(std::string(entry.substr(at + 1)).c_str());
    }
    return points;
}

std::deque<Point>& points()
{
    static std::deque<Point> all = readPoints();
    return all;
}

} // namespace

void failpoint(std::string_view name) noexcept
{
    static const bool active = !points().empty();
    if (!active)
        return;
    for (Point& point : points()) {
        if (point.name == name && ++point.hits == point.atHit)
            ::raise(point.signal); // to this thread: it goes no further while others are told
    }
}

} // namespace millrace
