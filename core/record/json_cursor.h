// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/record/fault.h"
#include "core/record/numbers.h"

#include <cstring>

namespace millrace::record {

/// A string token: what stands between its quotes.
struct StringToken
{
    std::string_view raw;
    bool escaped = false; ///< holds a backslash
};

/// Walks the tokens of an indexed text by the grammar of RFC 8259. Every function that returns bool
/// says false after it has set fault(); positions are bytes of the text. No recursion.
///
/// A value that is JSON but that no column can hold (OutOfRange, UnrepresentableText) is a flaw,
/// not a failure: a later duplicate key may replace it.
class JsonCursor
{
public:
    explicit JsonCursor(const Limits& limits);

    /// `text` and `positions` as StructuralIndex gives them.
    void start(const char* text, std::size_t size, const std::uint32_t* positions);

    /// First byte of the next token; NUL at the end.
    [[nodiscard]] char peek() const { return m_text[*m_next]; }
    /// The token after it; only when peek() is not at the end.
    [[nodiscard]] char peekSecond() const { return m_text[m_next[1]]; }
    [[nodiscard]] std::size_t position() const { return *m_next; }
    /// Only after peek() has shown what it is.
    void take() { m_end = *m_next++ + std::size_t{1}; }
    [[nodiscard]] bool take(char expected, const char* what)
    {
        if (peek() != expected)
            return fail(RejectClass::NotJson, position(), what);
        take();
        return true;
    }
    /// End of the last token taken.
    [[nodiscard]] std::size_t end() const { return m_end; }

    [[nodiscard]] bool string(StringToken& token);
    /// Its text, or a flaw; false where an escape is malformed. Null: only checks.
    [[nodiscard]] bool unescaped(const StringToken& token, std::string* out);
    [[nodiscard]] bool number(NumberToken& token);
    /// true, false or null: the word that peek() begins.
    [[nodiscard]] bool word(std::string_view word);
    /// Checks the value that begins here, inside `depth` containers, as jsonb will need it.
    [[nodiscard]] bool skipTree(int depth);
    [[nodiscard]] bool finish();

    [[nodiscard]] bool fail(RejectClass rejectClass, std::size_t position, const char* what);
    [[nodiscard]] bool fail(const Fault& fault);
    [[nodiscard]] const Fault& fault() const { return m_fault; }

    /// There was a flaw since the last forgetFlaw(); flaw() is the first.
    [[nodiscard]] bool isFlawed() const { return m_isFlawed; }
    [[nodiscard]] const Fault& flaw() const { return m_flaw; }
    void forgetFlaw() { m_isFlawed = false; }

private:
    [[nodiscard]] bool endsAt(std::size_t end);
    [[nodiscard]] bool plainNumber(NumberToken& token);
    [[nodiscard]] bool anyNumber(NumberToken& token);
    void noteFlaw(RejectClass rejectClass, std::size_t position, const char* what);
    [[nodiscard]] bool checkedString();
    [[nodiscard]] bool checkedKey();
    [[nodiscard]] bool skipScalar();

    const char* m_text = nullptr;
    std::size_t m_size = 0;
    const std::uint32_t* m_next = nullptr;
    std::size_t m_end = 0;
    std::size_t m_backslash = 0; ///< the first one not yet passed; m_size: none
    int m_digitsMax;
    std::vector<char> m_closers; ///< of the containers that are open in skipTree
    Fault m_fault;
    Fault m_flaw;
    bool m_isFlawed = false;
};

inline bool isJsonSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// A scalar must reach to the next token but for whitespace.
inline bool JsonCursor::endsAt(std::size_t end)
{
    m_end = end;
    while (end < *m_next && isJsonSpace(m_text[end]))
        ++end;
    if (end == *m_next) [[likely]]
        return true;
    return fail(RejectClass::NotJson, end, "Unexpected text after a value");
}

inline bool JsonCursor::string(StringToken& token)
{
    const std::size_t begin = *m_next++ + std::size_t{1};
    std::size_t end = *m_next;
    while (isJsonSpace(m_text[end - 1]))
        --end;
    m_end = end--;
    if (end < begin || m_text[end] != '"')
        return fail(RejectClass::NotJson, begin - 1, "Unclosed string");
    token.raw = {m_text + begin, end - begin};
    token.escaped = m_backslash < end;
    if (token.escaped) [[unlikely]] {
        const void* next = std::memchr(m_text + end, '\\', m_size - end);
        m_backslash = next == nullptr
                          ? m_size
                          : static_cast<std::size_t>(static_cast<const char*>(next) - m_text);
    }
    return true;
}

/// Integers below 10^18 and decimals of at most 15 digits that end where the next token begins:
/// nearly all numbers. Anything else is left to anyNumber().
inline bool JsonCursor::plainNumber(NumberToken& token)
{
    constexpr std::ptrdiff_t wholeDigitsMax = 18;
    constexpr std::ptrdiff_t decimalDigitsMax = 15;
    constexpr std::uint64_t limit = std::uint64_t{1} << 53;
    const auto isDigit = [](char c) { return static_cast<unsigned char>(c - '0') <= 9; };
    const char* const begin = m_text + *m_next;
    const char* const end = m_text + m_next[1];
    const bool negative = *begin == '-';
    const char* const whole = begin + (negative ? 1 : 0);
    const char* at = whole;
    std::uint64_t value = 0; // has room for the one digit too many
    for (; at < end && isDigit(*at) && at - whole <= wholeDigitsMax; ++at)
        value = value * 10 + static_cast<unsigned char>(*at - '0');
    const std::ptrdiff_t digits = at - whole;
    if (digits == 0 || digits > wholeDigitsMax || (*whole == '0' && digits > 1))
        return false;
    if (at == end) {
        token.kind = value <= limit ? schema::Kind::Int53 : schema::Kind::Int64;
        const auto magnitude = static_cast<std::int64_t>(value);
        token.integer = negative ? -magnitude : magnitude;
    } else {
        if (*at != '.' || end - whole > decimalDigitsMax + 1 || end - at < 2)
            return false;
        for (const char* fraction = at + 1; fraction < end; ++fraction) {
            if (!isDigit(*fraction))
                return false;
        }
        token.kind = schema::Kind::Double;
    }
    token.status = NumberToken::Status::Ok;
    token.length = static_cast<std::size_t>(end - begin);
    m_end = *++m_next;
    return true;
}

inline bool JsonCursor::number(NumberToken& token)
{
    return plainNumber(token) || anyNumber(token);
}

} // namespace millrace::record
