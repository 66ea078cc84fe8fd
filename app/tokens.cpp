// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tokens.h"

#include <optional>
#include <sstream>

namespace millrace::app {

namespace {

using http::TokenList;

Error wrong(std::string what)
{
    return {Scope::Process, Code::InvalidInput, std::move(what), ""};
}

Result<std::set<http::Access>> scopesOf(const Options& options)
{
    std::set<http::Access> scopes;
    for (const std::string& part : options.scope) {
        std::istringstream names(part);
        for (std::string name; std::getline(names, name, ',');) {
            const auto scope = http::scopeOf(name);
            if (!scope)
                return wrong("--scope is one or more of read, sql, operate and admin");
            scopes.insert(*scope);
        }
    }
    return scopes;
}

Result<std::string> addToken(const Options& options, TokenList& list)
{
    const auto scopes = scopesOf(options);
    if (!scopes)
        return scopes.error();
    const std::string secret = http::newTokenSecret();
    if (const auto added = list.add(options.token[1], *scopes, secret); !added)
        return added.error();
    if (const auto written = list.write(tokenFileOf(options)); !written)
        return written.error();
    return secret + "\n";
}

Result<std::string> removeToken(const Options& options, TokenList& list)
{
    if (!list.remove(options.token[1]))
        return wrong("there is no token of that name; --token list shows them");
    if (const auto written = list.write(tokenFileOf(options)); !written)
        return written.error();
    return std::string();
}

std::string listed(const TokenList& list)
{
    std::string text;
    for (const http::Token& token : list.tokens()) {
        text += token.name;
        for (const http::Access scope : token.scopes)
            text += " " + std::string(http::scopeText(scope));
        text += "\n";
    }
    return text;
}

} // namespace

std::filesystem::path tokenFileOf(const Options& options)
{
    return options.tokenFile.empty() ? options.dataDir / "tokens" : options.tokenFile;
}

Result<http::AccessRules> accessRules(const Options& options, const http::ListenAddress& listen)
{
    http::AccessRules rules{listen.isLoopback, options.noToken, tokenFileOf(options)};
    if (rules.asksNoToken)
        return rules;
    const auto list = TokenList::read(rules.tokens);
    if (!list)
        return list.error();
    if (!listen.isLoopback && list->tokens().empty())
        return wrong("others can reach " + listen.text() +
                     ": make a token (millrace --token add NAME --scope read), name the file that "
                     "has them with --token-file, or say --no-token");
    return rules;
}

Result<std::string> tokenCommand(const Options& options)
{
    const std::string& verb = options.token.front();
    const bool isList = verb == "list" && options.token.size() == 1;
    const bool isChange = (verb == "add" || verb == "remove") && options.token.size() == 2;
    if (!isList && !isChange)
        return wrong("--token is followed by add NAME, remove NAME or list");
    const std::filesystem::path file = tokenFileOf(options);
    std::optional<http::TokenFileLock> lock;
    if (isChange) {
        auto taken = http::TokenFileLock::take(file);
        if (!taken)
            return taken.error();
        lock.emplace(std::move(*taken));
    }
    auto list = TokenList::read(file);
    if (!list)
        return list.error();
    if (isList)
        return listed(*list);
    return verb == "add" ? addToken(options, *list) : removeToken(options, *list);
}

} // namespace millrace::app
