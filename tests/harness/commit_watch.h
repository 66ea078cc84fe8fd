// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/harness/pg_message_scanner.h"

#include <set>
#include <string>

namespace millrace::harness {

/// Follows what one client asks PostgreSQL, in the simple and the extended protocol.
class CommitWatch
{
public:
    /// True when `message` completes the request for a COMMIT.
    [[nodiscard]] bool sees(const PgMessage& message);

private:
    std::set<std::string> m_prepared; ///< statements that say COMMIT, by name
    bool m_bound = false;             ///< one of them is to be executed
};

} // namespace millrace::harness
