// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/route_text.h"
#include "core/base/hash.h"
#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::http {

/// "read", "sql", "operate", "admin".
[[nodiscard]] std::string_view scopeText(Access scope) noexcept;
[[nodiscard]] std::optional<Access> scopeOf(std::string_view text) noexcept;

/// One token that may be shown to us. Tokens are random, so a plain hash hides them.
struct Token
{
    std::string name;
    std::set<Access> scopes;
    Sha256 hash{};

    /// Admin is every scope; each of the others is itself alone.
    [[nodiscard]] bool allows(Access needs) const;
};

/// A new secret of 256 random bits, as text.
[[nodiscard]] std::string newTokenSecret();

/// Of whoever changes a token file: others who want to wait until this is gone. Nobody waits for
/// one who died.
class TokenFileLock
{
public:
    /// Makes the file's folder, ours alone, where there is none. Errors: Process, Refused.
    static Result<TokenFileLock> take(const std::filesystem::path& file);
    TokenFileLock(TokenFileLock&& other) noexcept;
    TokenFileLock& operator=(TokenFileLock&&) = delete;
    ~TokenFileLock();

private:
    explicit TokenFileLock(int folder);

    int m_folder;
};

/// Tokens as their file has them: a line each, "NAME read,sql HASH"; empty lines and those that
/// begin with # say nothing.
class TokenList
{
public:
    /// No file is no token. Errors: Process, InvalidInput, with the line that cannot be read.
    static Result<TokenList> read(const std::filesystem::path& file);
    /// Whole or not at all, for its owner's eyes only; whoever changes what the file says holds its
    /// lock since before read(). Errors: Process, Refused.
    Result<void> write(const std::filesystem::path& file) const;

    [[nodiscard]] const std::vector<Token>& tokens() const noexcept { return m_tokens; }
    /// The token of that secret; takes as long whether there is one or not.
    [[nodiscard]] const Token* find(std::string_view secret) const noexcept;

    /// Letters, digits, ".", "_" and "-". Errors: InvalidInput, also for a name that is taken.
    Result<void> add(const std::string& name, const std::set<Access>& scopes,
                     std::string_view secret);
    bool remove(std::string_view name); ///< false: there is none of that name

private:
    std::vector<Token> m_tokens;
};

} // namespace millrace::http
