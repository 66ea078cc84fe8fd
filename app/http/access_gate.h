// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/token_list.h"
#include "core/base/clock.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace millrace::http {

/// Who is let in.
struct AccessRules
{
    bool isLoopback = true;         ///< read and sql without a token, unless a proxy sends it
    bool asksNoToken = false;       ///< --no-token: anybody does anything
    std::filesystem::path tokens{}; ///< looked at again at most a second after it changed

    /// One sentence, for the log and /health.
    [[nodiscard]] std::string text() const;
};

/// Stands before every route. 401 without a token that is known, 403 when it has not the scope,
/// 429 after ten wrong ones in a minute from one address, whatever it shows then. Any thread.
class AccessGate
{
public:
    explicit AccessGate(AccessRules rules, Clock clock = steadyNow);

    /// What stands against it; nothing: it may pass.
    [[nodiscard]] std::optional<Response> check(const Request& request, Access needs);

private:
    struct Failures
    {
        int count = 0;
        SteadyTime since;
    };
    [[nodiscard]] std::shared_ptr<const TokenList> tokens();
    [[nodiscard]] bool isLocked(const std::string& remote);
    void countFailure(const std::string& remote);

    const AccessRules m_rules;
    const Clock m_clock;
    std::mutex m_mutex; ///< guards what follows
    std::shared_ptr<const TokenList> m_tokens;
    std::string m_stamp; ///< of the file that m_tokens is from
    std::optional<SteadyTime> m_lookedAt;
    std::map<std::string, Failures> m_failures;
};

} // namespace millrace::http
