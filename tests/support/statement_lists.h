// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>
#include <vector>

namespace millrace::tests {

/// A statement for the two walls, of our own lists or of the corpora.
struct ListedStatement
{
    std::string name; ///< one line: the text itself, or where a generated one comes from
    std::string sql;
    std::string heading; ///< of our own lists: the way around a SELECT gate
    std::string expect;  ///< of the corpora: must_refuse, refuse_or_stop, clean_error, …
};

/// tests/core/query/statements/<name>; empty when there is none.
std::vector<ListedStatement> ownStatements(const QString& name);
/// sql_injection/sandbox_refuse.jsonl or sandbox_accept.jsonl; expect of the latter is its level.
std::vector<ListedStatement> corpusStatements(const QString& folder, const QString& name);
/// Those too long to be written out.
std::vector<ListedStatement> generatedStatements(const QString& folder);
/// Lines that were made to be put into somebody else's statement.
std::vector<ListedStatement> injectedStrings(const QString& folder);
/// All of the above that are attacks.
std::vector<ListedStatement> attackStatements(const QString& folder);

} // namespace millrace::tests
