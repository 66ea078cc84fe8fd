// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::kafka {

/// What a user may do with a librdkafka property; every refusal has one reason.
enum class PropertyRule : std::uint8_t {
    Allowed,
    Offsets,    ///< positions and isolation are what exactly-once rests on
    Membership, ///< how lanes share partitions
    Memory,     ///< the bound of a lane's memory
    OwnFlag,    ///< we have a setting of our own for it
    Discovery,  ///< new topics and partitions are found at a promised pace
    Followers,  ///< proofs need the leader's log
    Library,    ///< loads a library into this program
    Program,    ///< runs a program
    Tokens,     ///< fetches tokens from an address of the user's
    Callback,   ///< a hook for programs, not a value
    Producer,   ///< without effect on a consumer
    Imitation,  ///< replaces the cluster by a test double
    Reserved,   ///< set by us or by librdkafka itself
};

/// Rule of a property of any librdkafka version we know (1.9 to 2.15); empty: unknown name.
[[nodiscard]] std::optional<PropertyRule> ruleOf(std::string_view name) noexcept;

/// "… because …", one sentence without the name; empty for Allowed.
[[nodiscard]] std::string_view reasonOf(PropertyRule rule) noexcept;

/// The allowed property with the smallest edit distance.
[[nodiscard]] std::string_view nearestAllowed(std::string_view name);

} // namespace millrace::kafka
