// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/checked_statements.h"

#include "core/query/statement_check.h"
#include "core/query/time_casts.h"

#include <algorithm>

namespace millrace::query {

namespace {

constexpr std::size_t remembered = 256; // of at most statementBytesMax each

} // namespace

Checked<Statement> CheckedStatements::check(const std::string& sql,
                                            const std::shared_ptr<const Catalogue>& catalogue,
                                            const Params& params)
{
    const bool isTimeless = std::ranges::none_of(
        params, [](const auto& param) { return param && mayMeanATime(*param); });
    const Key key{sql, params.size()};
    if (isTimeless) {
        const std::lock_guard lock(m_mutex);
        if (m_catalogue != catalogue)
            m_allowed.clear();
        m_catalogue = catalogue;
        if (const auto known = m_allowed.find(key); known != m_allowed.end()) {
            Statement statement = known->second;
            statement.params = params;
            return statement;
        }
    }
    auto statement = checkStatement(sql, *catalogue, params);
    if (statement && isTimeless) {
        const std::lock_guard lock(m_mutex);
        if (m_allowed.size() >= remembered)
            m_allowed.clear();
        if (m_catalogue == catalogue)
            m_allowed.emplace(key, *statement).first->second.params.clear();
    }
    return statement;
}

} // namespace millrace::query
