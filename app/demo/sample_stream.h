// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::demo {

/// A message of the sample stream before it is sent.
struct SampleMessage
{
    std::string_view topic; ///< one of SampleStream::topics()
    std::string key;
    std::optional<std::string> value; ///< empty: a tombstone
    std::int64_t timestampMs = 0;
};

/// A food-delivery business that misbehaves: orders, their status, consumers, restaurants. What
/// changes and when is a matter of how many messages were made, so that a run can be repeated:
/// fields appear, a whole number turns decimal (restaurant.rating), a number turns text now and
/// then (orders.tip), 3 % of the events are late, 0.5 % are broken in ten ways. Pure: same seed and
/// times, same messages. One thread.
class SampleStream
{
public:
    explicit SampleStream(std::uint64_t seed);

    /// The next message at this time (milliseconds since 1970).
    SampleMessage next(std::int64_t nowMs);
    [[nodiscard]] std::int64_t made() const noexcept { return m_made; }

    [[nodiscard]] static const std::vector<std::string>& topics();

private:
    struct OpenOrder
    {
        std::int64_t id = 0;
        int status = 0;
    };
    bool chance(double share);
    std::int64_t below(std::int64_t limit);
    template<class Choices>
    const auto& pick(const Choices& choices)
    {
        return choices[static_cast<std::size_t>(below(static_cast<std::int64_t>(choices.size())))];
    }
    /// From the n-th message on.
    [[nodiscard]] bool since(std::int64_t made) const { return m_made >= made; }

    SampleMessage order(std::int64_t nowMs);
    SampleMessage status(std::int64_t nowMs);
    SampleMessage consumer(std::int64_t nowMs);
    SampleMessage restaurant(std::int64_t nowMs);
    std::string items();
    std::string delivery(std::int64_t nowMs);
    std::string money(std::int64_t centsMax);
    std::string spoil(std::string value);

    std::mt19937_64 m_random;
    std::int64_t m_made = 0;
    std::int64_t m_orders = 0;
    std::deque<OpenOrder> m_open;
};

/// RFC 3339 in UTC with milliseconds.
[[nodiscard]] std::string rfc3339(std::int64_t ms);

} // namespace millrace::demo
