// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tokens.h"

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

void makeFolder(const std::filesystem::path& folder)
{
    std::error_code ignored; // writing the file tells
    if (std::filesystem::create_directories(folder, ignored))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
}

Result<std::string> addToken(const Options& options, TokenList& list)
{
    const auto scopes = scopesOf(options);
    if (!scopes)
        return scopes.error();
    const std::string secret = http::newTokenSecret();
    if (const auto added = list.add(options.token[1], *scopes, secret); !added)
        return added.error();
    const std::filesystem::path file = tokenFileOf(options);
    makeFolder(std::filesystem::absolute(file).parent_path());
    if (const auto written = list.write(file); !written)
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
    auto list = TokenList::read(tokenFileOf(options));
    if (!list)
        return list.error();
    const std::string& verb = options.token.front();
    if (verb == "add" && options.token.size() == 2)
        return addToken(options, *list);
    if (verb == "remove" && options.token.size() == 2)
        return removeToken(options, *list);
    if (verb == "list" && options.token.size() == 1)
        return listed(*list);
    return wrong("--token is followed by add NAME, remove NAME or list");
}

} // namespace millrace::app
