// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"
#include "core/base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace millrace::app {

/// What the program finds around itself; tests bring their own.
struct Surroundings
{
    std::function<std::optional<std::string>(const std::string& name)> environment;
    bool isRoot = false;

    static Surroundings real();
};

/// Flag over environment over file over default, each option by itself. In the environment the
/// values of a repeatable option are separated by ';' (';;' is one inside a value); a variable that
/// is set to nothing is not set. Errors: Process, InvalidInput; the sentence names the flag,
/// variable or key, the value unless it may be a secret, and what is allowed.
Result<Options> parseOptions(const std::vector<std::string>& arguments,
                             const Surroundings& surroundings);

[[nodiscard]] std::string helpText();

/// TOML of every option in effect, with where it came from; secrets masked.
[[nodiscard]] std::string configText(const Options& options);

} // namespace millrace::app
