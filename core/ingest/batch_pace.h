// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace millrace::ingest {

/// How long a poll may gather: ten times what locking and updating the positions cost, from `least`
/// to one second, so that a positions table that cannot be vacuumed (an old snapshot) gets fewer
/// versions. One slow batch is the machine's, two in a row are the table's. Source: ingest rules
/// §1.
class BatchPace
{
public:
    explicit BatchPace(std::chrono::milliseconds least)
        : m_least(least)
        , m_wait(least)
    {
    }

    void landed(std::chrono::microseconds lockAndUpdate);
    [[nodiscard]] std::chrono::milliseconds wait() const noexcept { return m_wait; }

private:
    std::chrono::milliseconds m_least;
    std::chrono::milliseconds m_wait;
    std::chrono::microseconds m_last{0};
};

} // namespace millrace::ingest
