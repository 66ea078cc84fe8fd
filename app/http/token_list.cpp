// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/token_list.h"

#include "core/base/text.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace millrace::http {

namespace {

constexpr std::array<std::string_view, 5> scopeNames{"", "read", "sql", "operate", "admin"};
constexpr std::size_t nameBytesMax = 64;

Error wrong(std::string what, const std::filesystem::path& file = {})
{
    return {Scope::Process, Code::InvalidInput, std::move(what), file.string()};
}

std::string_view bytesOf(const Sha256& hash)
{
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::optional<Sha256> hashOf(std::string_view text)
{
    Sha256 hash{};
    if (text.size() != 2 * hash.size())
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t digit = std::string_view("0123456789abcdef").find(text[i]);
        if (digit == std::string_view::npos)
            return std::nullopt;
        hash[i / 2] = static_cast<unsigned char>(hash[i / 2] * 16 + digit);
    }
    return hash;
}

std::optional<std::set<Access>> scopesOf(const std::string& text)
{
    std::set<Access> scopes;
    std::istringstream names(text);
    for (std::string name; std::getline(names, name, ',');) {
        const auto scope = scopeOf(name);
        if (!scope)
            return std::nullopt;
        scopes.insert(*scope);
    }
    return scopes.empty() ? std::nullopt : std::optional(scopes);
}

bool isName(std::string_view name)
{
    const auto isGood = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= nameBytesMax && std::ranges::all_of(name, isGood);
}

std::optional<Token> tokenOf(const std::string& line)
{
    std::istringstream words(line);
    Token token;
    std::string scopes;
    std::string hash;
    std::string more;
    words >> token.name >> scopes >> hash >> more;
    const auto allowed = scopesOf(scopes);
    const auto known = hashOf(hash);
    if (!isName(token.name) || !allowed || !known || !more.empty())
        return std::nullopt;
    token.scopes = *allowed;
    token.hash = *known;
    return token;
}

std::string lineOf(const Token& token)
{
    std::string line = token.name + " ";
    for (const Access scope : token.scopes)
        line += std::string(line.ends_with(' ') ? "" : ",") + std::string(scopeText(scope));
    return line + " " + hex(bytesOf(token.hash)) + "\n";
}

bool writeAll(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(descriptor) == 0;
}

} // namespace

std::string_view scopeText(Access scope) noexcept
{
    return scopeNames[static_cast<std::size_t>(scope)];
}

std::optional<Access> scopeOf(std::string_view text) noexcept
{
    const auto found = std::ranges::find(scopeNames, text);
    if (text.empty() || found == scopeNames.end())
        return std::nullopt;
    return static_cast<Access>(found - scopeNames.begin());
}

bool Token::allows(Access needs) const
{
    return needs == Access::Open || scopes.contains(Access::Admin) || scopes.contains(needs);
}

std::string newTokenSecret()
{
    std::array<char, 32> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::runtime_error("the system gives no random numbers");
    return "mr_" + hex({bytes.data(), bytes.size()});
}

TokenFileLock::TokenFileLock(int folder)
    : m_folder(folder)
{
}

TokenFileLock::TokenFileLock(TokenFileLock&& other) noexcept
    : m_folder(std::exchange(other.m_folder, -1))
{
}

TokenFileLock::~TokenFileLock()
{
    if (m_folder >= 0)
        ::close(m_folder);
}

Result<TokenFileLock> TokenFileLock::take(const std::filesystem::path& file)
{
    const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
    std::error_code ignored; // opening it tells
    if (std::filesystem::create_directories(folder, ignored))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
    TokenFileLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.m_folder < 0 || ::flock(lock.m_folder, LOCK_EX) != 0)
        return Error{Scope::Process, Code::Refused, "the folder of the token file cannot be opened",
                     folder.string()};
    return lock;
}

Result<TokenList> TokenList::read(const std::filesystem::path& file)
{
    TokenList list;
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return list;
    std::ifstream stream(file);
    int number = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        if (line.empty() || line.front() == '#')
            continue;
        auto token = tokenOf(line);
        if (!token)
            return wrong("line " + std::to_string(number) +
                             " of the token file is not \"NAME scope,scope HASH\"",
                         file);
        list.m_tokens.push_back(std::move(*token));
    }
    if (!stream.eof())
        return wrong("the token file cannot be read", file);
    return list;
}

Result<void> TokenList::write(const std::filesystem::path& file) const
{
    std::string text;
    for (const Token& token : m_tokens)
        text += lineOf(token);
    const std::string beside = file.string() + ".new";
    ::unlink(beside.c_str());
    const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const bool isWritten = descriptor >= 0 && writeAll(descriptor, text);
    if (descriptor >= 0)
        ::close(descriptor);
    if (isWritten && std::rename(beside.c_str(), file.c_str()) == 0)
        return {};
    return Error{Scope::Process, Code::Refused, "the token file cannot be written", file.string()};
}

const Token* TokenList::find(std::string_view secret) const noexcept
{
    const Sha256 hash = sha256(secret);
    const Token* found = nullptr;
    for (const Token& token : m_tokens) {
        unsigned difference = 0;
        for (std::size_t i = 0; i < hash.size(); ++i)
            difference |= static_cast<unsigned>(hash[i] ^ token.hash[i]);
        if (difference == 0)
            found = &token;
    }
    return found;
}

Result<void> TokenList::add(const std::string& name, const std::set<Access>& scopes,
                            std::string_view secret)
{
    if (!isName(name))
        return wrong("a token's name has 1 to 64 letters, digits, '.', '_' and '-'");
    if (std::ranges::find(m_tokens, name, &Token::name) != m_tokens.end())
        return wrong("there is a token of that name already; remove it first");
    if (scopes.empty())
        return wrong("say what the token may do: --scope read, sql, operate or admin");
    m_tokens.push_back({name, scopes, sha256(secret)});
    return {};
}

bool TokenList::remove(std::string_view name)
{
    return std::erase_if(m_tokens, [name](const Token& token) { return token.name == name; }) > 0;
}

} // namespace millrace::http
