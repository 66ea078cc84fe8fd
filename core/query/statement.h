// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace millrace::query {

/// One SELECT that is safe to send: what structured requests become and what the statement check
/// lets pass. Values travel as parameters.
struct Statement
{
    std::string sql;
    std::vector<std::optional<std::string>> params; ///< $1… as text; nothing is NULL
    std::vector<std::string> topics;                ///< whose tables it reads, sorted, each once
    /// Those tables as SQL names them, sorted, each once. They are locked before the moment of the
    /// question: a table that was rewritten after it would show no rows.
    std::vector<std::string> tables = {};
    bool isVolatile = false; ///< asks for the time or chance: its answer is never kept
    /// Rows of its tables multiplied, at most; nothing where that does not bound its work.
    std::optional<double> rowsMost = {};
    bool isForeign = false; ///< text of a person's own: the session is made new after it

    bool operator==(const Statement&) const = default;
};

} // namespace millrace::query
