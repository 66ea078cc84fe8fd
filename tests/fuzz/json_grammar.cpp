// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/json_grammar.h"

#include <string>

namespace millrace::fuzz {
namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isHex(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Takes tokens from the front of a text.
class Scanner
{
public:
    explicit Scanner(std::string_view text)
        : m_text(text)
    {
    }

    void space()
    {
        while (!m_text.empty() && std::string_view(" \t\n\r").find(m_text[0]) != m_text.npos)
            m_text.remove_prefix(1);
    }
    bool atEnd() const { return m_text.empty(); }
    char front() const { return m_text.empty() ? '\0' : m_text[0]; }
    bool take(std::string_view word)
    {
        if (!m_text.starts_with(word))
            return false;
        m_text.remove_prefix(word.size());
        return true;
    }
    bool string()
    {
        if (!take("\""))
            return false;
        while (!m_text.empty() && m_text[0] != '"') {
            if (static_cast<unsigned char>(m_text[0]) < 0x20 || (m_text[0] == '\\' && !escape()))
                return false;
            m_text.remove_prefix(1);
        }
        return take("\"");
    }
    bool number()
    {
        take("-");
        if (!take("0") && !digits())
            return false;
        if (take(".") && !digits())
            return false;
        if (take("e") || take("E")) {
            if (!take("+"))
                take("-");
            return digits();
        }
        return true;
    }
    bool scalar()
    {
        if (front() == '"')
            return string();
        return take("true") || take("false") || take("null") || number();
    }

private:
    /// Leaves the last character of the escape to the caller.
    bool escape()
    {
        m_text.remove_prefix(1);
        if (front() != 'u')
            return !m_text.empty() && std::string_view("\"\\/bfnrt").find(front()) != m_text.npos;
        for (int i = 0; i < 4; ++i) {
            m_text.remove_prefix(1);
            if (!isHex(front()))
                return false;
        }
        return true;
    }
    bool digits()
    {
        if (!isDigit(front()))
            return false;
        while (isDigit(front()))
            m_text.remove_prefix(1);
        return true;
    }

    std::string_view m_text;
};

/// After a value: closes what it ends, or goes on to the next. False: bad. `open` empty: the end.
bool afterValue(Scanner& scanner, std::string& open)
{
    while (!open.empty()) {
        scanner.space();
        if (scanner.take(","))
            return true;
        if (!scanner.take(open.back() == '{' ? "}" : "]"))
            return false;
        open.pop_back();
    }
    return true;
}

bool member(Scanner& scanner)
{
    scanner.space();
    if (!scanner.string())
        return false;
    scanner.space();
    return scanner.take(":");
}

} // namespace

bool isJsonText(std::string_view bytes)
{
    Scanner scanner(bytes);
    scanner.take("\xef\xbb\xbf");
    std::string open; // brackets and braces around the place
    do {
        if (!open.empty() && open.back() == '{' && !member(scanner))
            return false;
        scanner.space();
        const char first = scanner.front();
        if (scanner.take("{") || scanner.take("[")) {
            open += first;
            scanner.space();
            if (!scanner.take(first == '{' ? "}" : "]"))
                continue;
            open.pop_back();
        } else if (!scanner.scalar()) {
            return false;
        }
        if (!afterValue(scanner, open))
            return false;
    } while (!open.empty());
    scanner.space();
    return scanner.atEnd();
}

} // namespace millrace::fuzz
