// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::app {

enum class OptionKind : std::uint8_t {
    Switch, ///< no value needed
    Value,  ///< one value
    List,   ///< may be repeated
    Action, ///< a switch of the command line only
    Words,  ///< of the command line only, one to four words
};

[[nodiscard]] constexpr bool isOfCommandLineOnly(OptionKind kind) noexcept
{
    return kind == OptionKind::Action || kind == OptionKind::Words;
}

/// The one declaration of an option: from it come the flag `--name`, the environment variable
/// MILLRACE_NAME, the key `name` of the file, the line of --help and that of --print-config.
struct OptionRule
{
    std::string_view name;
    std::string_view group; ///< heading in --help
    OptionKind kind = OptionKind::Value;
    std::string_view valueName; ///< as --help shows it
    std::string_view help;
    bool secret = false; ///< a refused value is not repeated in the message

    /// Takes one value; what is allowed, as a sentence part, when it is not.
    std::optional<std::string> (*set)(Options& options, const std::string& text) = nullptr;
    /// The value as TOML, secrets masked; empty: unset.
    std::string (*show)(const Options& options) = nullptr;
};

[[nodiscard]] std::span<const OptionRule> optionRules() noexcept;
[[nodiscard]] const OptionRule* ruleOf(std::string_view name) noexcept;
[[nodiscard]] std::string environmentName(const OptionRule& rule); ///< "MILLRACE_BATCH_RECORDS"

/// The name of a rule most like what was written.
[[nodiscard]] std::string_view nearestOption(std::string_view written);

} // namespace millrace::app
