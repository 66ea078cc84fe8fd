// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/json_cursor.h"

#include "core/record/escapes.h"

namespace millrace::record {

namespace {

bool startsNumber(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

} // namespace

JsonCursor::JsonCursor(const Limits& limits)
    : m_digitsMax(limits.numberDigitsMax)
    , m_closers(static_cast<std::size_t>(limits.jsonDepthMax) + 1)
{
}

void JsonCursor::start(const char* text, std::size_t size, const std::uint32_t* positions)
{
    m_text = text;
    m_size = size;
    m_next = positions;
    m_end = 0;
    m_isFlawed = false;
    const void* backslash = std::memchr(text, '\\', size);
    m_backslash = backslash == nullptr
                      ? size
                      : static_cast<std::size_t>(static_cast<const char*>(backslash) - text);
}

bool JsonCursor::fail(RejectClass rejectClass, std::size_t position, const char* what)
{
    return fail({rejectClass, position, what});
}

bool JsonCursor::fail(const Fault& fault)
{
    m_fault = fault;
    return false;
}

void JsonCursor::noteFlaw(RejectClass rejectClass, std::size_t position, const char* what)
{
    if (!m_isFlawed)
        m_flaw = {rejectClass, position, what};
    m_isFlawed = true;
}

bool JsonCursor::unescaped(const StringToken& token, std::string* out)
{
    const EscapeResult result = unescape(token.raw, out);
    const std::size_t position =
        static_cast<std::size_t>(token.raw.data() - m_text) + result.position;
    if (result.status == EscapeResult::Status::Malformed)
        return fail(RejectClass::NotJson, position, "Malformed escape in a string");
    if (result.status == EscapeResult::Status::Unrepresentable)
        noteFlaw(RejectClass::UnrepresentableText, position,
                 "U+0000 or half a surrogate pair, which database text cannot hold,");
    return true;
}

bool JsonCursor::anyNumber(NumberToken& token)
{
    const std::size_t begin = *m_next;
    token = readNumber({m_text + begin, m_size - begin}, m_digitsMax);
    if (token.status == NumberToken::Status::BadGrammar)
        return fail(RejectClass::NotJson, begin,
                    startsNumber(m_text[begin]) ? "Malformed number" : "Expected a value");
    ++m_next;
    if (!endsAt(begin + token.length))
        return false;
    if (token.status == NumberToken::Status::OutOfRange)
        noteFlaw(RejectClass::OutOfRange, begin, "Number with too many digits written out");
    return true;
}

bool JsonCursor::word(std::string_view word)
{
    const std::size_t begin = *m_next;
    if (std::memcmp(m_text + begin, word.data(), word.size()) != 0)
        return fail(RejectClass::NotJson, begin, "Expected a value");
    ++m_next;
    return endsAt(begin + word.size());
}

bool JsonCursor::checkedString()
{
    StringToken token;
    if (!string(token))
        return false;
    return !token.escaped || unescaped(token, nullptr);
}

bool JsonCursor::checkedKey()
{
    if (peek() != '"')
        return fail(RejectClass::NotJson, position(), "Expected a key in double quotes");
    return checkedString() && take(':', "Expected a colon");
}

bool JsonCursor::skipScalar()
{
    NumberToken token;
    switch (peek()) {
    case '"':
        return checkedString();
    case 't':
        return word("true");
    case 'f':
        return word("false");
    case 'n':
        return word("null");
    default:
        return number(token);
    }
}

bool JsonCursor::skipTree(int depth)
{
    const auto base = static_cast<std::size_t>(depth);
    std::size_t open = base;
    for (;;) {
        const char first = peek();
        if (first == '{' || first == '[') {
            if (open + 1 >= m_closers.size())
                return fail(RejectClass::TooDeep, position(), "Nested too deeply");
            m_closers[++open] = first == '{' ? '}' : ']';
            take();
            if (peek() != m_closers[open]) {
                if (first == '{' && !checkedKey())
                    return false;
                continue;
            }
        } else if (!skipScalar()) {
            return false;
        }
        while (open > base && peek() == m_closers[open]) {
            take();
            --open;
        }
        if (open == base)
            return true;
        if (!take(',', m_closers[open] == '}' ? "Expected a comma or }" : "Expected a comma or ]"))
            return false;
        if (m_closers[open] == '}' && !checkedKey())
            return false;
    }
}

bool JsonCursor::finish()
{
    if (position() != m_size)
        return fail(RejectClass::NotJson, position(), "Unexpected text after the message");
    return true;
}

} // namespace millrace::record
