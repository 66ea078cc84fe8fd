// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/access_gate.h"

#include "core/base/log.h"

#include <sys/stat.h>

#include <algorithm>

namespace millrace::http {

namespace {

using namespace std::chrono_literals;

constexpr int failuresMax = 10;
constexpr auto failureWindow = 60s;
constexpr std::size_t addressesMax = 1'000;
constexpr auto lookInterval = 1s;

/// Changes with the file; empty: there is none.
std::string stampOf(const std::filesystem::path& file)
{
    struct stat found
    {
    };
    if (file.empty() || ::stat(file.c_str(), &found) != 0)
        return {};
    return std::to_string(found.st_ino) + "/" + std::to_string(found.st_size) + "/" +
           std::to_string(found.st_mtim.tv_sec) + "." + std::to_string(found.st_mtim.tv_nsec);
}

/// What follows "Bearer"; nothing: it is another scheme.
std::optional<std::string_view> secretOf(std::string_view authorization)
{
    constexpr std::string_view scheme = "bearer ";
    const bool isBearer =
        authorization.size() > scheme.size() &&
        std::ranges::equal(authorization.substr(0, scheme.size()), scheme, [](char a, char b) {
            return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b);
        });
    if (!isBearer)
        return std::nullopt;
    return authorization.substr(scheme.size());
}

Response noEntry(std::string message)
{
    Response response = errorResponse(401, "token", std::move(message));
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

Response tooMany()
{
    Response response = errorResponse(429, "token", "too many wrong tokens; wait a minute");
    response.headers.emplace_back("Retry-After", std::to_string(failureWindow.count()));
    return response;
}

} // namespace

std::string AccessRules::text() const
{
    if (asksNoToken)
        return "anybody who reaches this address may do everything: no token is asked for";
    if (isLoopback)
        return "read and sql from this machine without a token, everything else with one";
    return "everything with a token";
}

AccessGate::AccessGate(AccessRules rules, Clock clock)
    : m_rules(std::move(rules))
    , m_clock(std::move(clock))
    , m_tokens(std::make_shared<const TokenList>())
{
}

std::optional<Response> AccessGate::check(const Request& request, Access needs)
{
    if (needs == Access::Open || m_rules.asksNoToken)
        return std::nullopt;
    const std::string scope(scopeText(needs));
    if (!request.authorization) {
        const bool isOpenHere =
            m_rules.isLoopback && (needs == Access::Read || needs == Access::Sql);
        if (isOpenHere && !request.isForwarded)
            return std::nullopt;
        return noEntry((isOpenHere ? "what comes by a proxy needs a token with the scope "
                                   : "this needs a token with the scope ") +
                       scope);
    }
    if (isLocked(request.remote))
        return tooMany();
    const auto secret = secretOf(*request.authorization);
    const auto known = tokens();
    const Token* token = secret ? known->find(*secret) : nullptr;
    if (token == nullptr) {
        countFailure(request.remote);
        return noEntry("this token is not known: send \"Authorization: Bearer TOKEN\"");
    }
    if (token->allows(needs))
        return std::nullopt;
    return errorResponse(403, "scope",
                         "this needs the scope " + scope + ", and the token does not have it");
}

std::shared_ptr<const TokenList> AccessGate::tokens()
{
    const std::lock_guard lock(m_mutex);
    const SteadyTime now = m_clock();
    if (m_lookedAt && now - *m_lookedAt < lookInterval)
        return m_tokens;
    m_lookedAt = now;
    std::string stamp = stampOf(m_rules.tokens);
    if (stamp == m_stamp)
        return m_tokens;
    m_stamp = std::move(stamp);
    auto read = TokenList::read(m_rules.tokens);
    if (!read)
        log(LogLevel::Warning, "http.tokens", describe(read.error()));
    m_tokens = std::make_shared<const TokenList>(read ? std::move(*read) : TokenList{});
    return m_tokens;
}

bool AccessGate::isLocked(const std::string& remote)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_failures.find(remote);
    return found != m_failures.end() && found->second.count >= failuresMax &&
           m_clock() - found->second.since < failureWindow;
}

/// Bounded: with too many addresses those of the oldest failure are forgotten first.
void AccessGate::countFailure(const std::string& remote)
{
    const std::lock_guard lock(m_mutex);
    const SteadyTime now = m_clock();
    std::erase_if(m_failures,
                  [now](const auto& one) { return now - one.second.since >= failureWindow; });
    if (m_failures.size() >= addressesMax && !m_failures.contains(remote))
        m_failures.erase(std::ranges::min_element(
            m_failures, {}, [](const auto& one) { return one.second.since; }));
    Failures& failures = m_failures.try_emplace(remote, Failures{0, now}).first->second;
    if (++failures.count == failuresMax)
        log(LogLevel::Warning, "http.tokens", "an address shows wrong tokens: locked for a minute",
            {{"address", remote}});
}

} // namespace millrace::http
