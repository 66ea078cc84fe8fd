// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace::query {

/// What must come of a statement that the program tries on itself; see the list's own head.
enum class Expected : std::uint8_t { Refused, Session, Time };

struct SandboxStatement
{
    Expected expected = Expected::Refused;
    std::string_view sql; ///< $schema stands for the data schema
};

/// resources/sandbox/statements.txt, compiled in.
[[nodiscard]] std::string_view sandboxText() noexcept;

/// Lines that are neither a statement, a comment nor empty are left out.
[[nodiscard]] std::vector<SandboxStatement> sandboxStatements(std::string_view text);

} // namespace millrace::query
