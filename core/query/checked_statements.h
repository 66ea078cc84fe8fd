// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/catalogue.h"
#include "core/query/problem.h"
#include "core/query/statement.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::query {

/// checkStatement() for texts that come again and again: what was allowed is remembered for as long
/// as the catalogue is the same one. Any thread.
class CheckedStatements
{
public:
    using Params = std::vector<std::optional<std::string>>;
    [[nodiscard]] Checked<Statement> check(const std::string& sql,
                                           const std::shared_ptr<const Catalogue>& catalogue,
                                           const Params& params);

private:
    using Key = std::pair<std::string, std::size_t>; ///< the text, and how many parameters

    std::mutex m_mutex;
    std::shared_ptr<const Catalogue> m_catalogue; ///< of those below
    std::map<Key, Statement> m_allowed;
};

} // namespace millrace::query
