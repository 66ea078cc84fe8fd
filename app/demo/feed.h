// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kafka/client_settings.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

namespace millrace::demo {

struct FeedSettings
{
    kafka::ClientSettings client;
    std::int64_t messagesPerSecond = 500;
    std::uint64_t seed = 1;
    int partitions = 4;      ///< of topics it makes where they are missing
    bool makeTopics = false; ///< the in-process broker has them
};

/// Sends the sample stream to a broker from a thread of its own.
class Feed
{
public:
    /// Records that have landed since this process began. While the stream is more than 20,000
    /// ahead of it, it waits: the in-process broker would forget them. Any thread.
    using Landed = std::function<std::int64_t()>;

    /// Errors: Scope::Process for settings; Retry when no broker answers while topics are made.
    static Result<Feed> start(FeedSettings settings);
    Feed(Feed&&) noexcept;
    Feed& operator=(Feed&&) = delete;
    ~Feed(); ///< within a second; what was sent is delivered or given up

    void paceBy(Landed landed);
    [[nodiscard]] std::int64_t sent() const;

private:
    struct State;
    explicit Feed(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace::demo
