// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/json_tree.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <regex>
#include <stdexcept>

namespace millrace::tests {
namespace {

void appendUtf8(std::string& out, unsigned point)
{
    const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
    if (point < 0x80)
        return put(point);
    if (point < 0x800) {
        put(0xc0 | point >> 6);
    } else if (point < 0x10000) {
        put(0xe0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3f));
    } else {
        put(0xf0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3f));
        put(0x80 | (point >> 6 & 0x3f));
    }
    put(0x80 | (point & 0x3f));
}

class JsonText
{
public:
    explicit JsonText(std::string_view text)
        : m_text(text)
    {
        if (m_text.starts_with("\xef\xbb\xbf"))
            m_text.remove_prefix(3);
    }

    JsonTree whole()
    {
        JsonTree tree = value();
        if (peek() != '\0' || m_at != m_text.size())
            fail();
        return tree;
    }

private:
    [[noreturn]] void fail() const
    {
        throw std::runtime_error("no JSON at byte " + std::to_string(m_at));
    }

    char peek()
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) < 4)
            ++m_at;
        return m_at < m_text.size() ? m_text[m_at] : '\0';
    }

    void take(char wanted)
    {
        if (peek() != wanted)
            fail();
        ++m_at;
    }

    bool takeWord(std::string_view word)
    {
        if (m_text.substr(m_at, word.size()) != word)
            return false;
        m_at += word.size();
        return true;
    }

    JsonTree value()
    {
        switch (peek()) {
        case '{':
            return object();
        case '[':
            return array();
        case '"':
            return scalarOfString(string());
        default:
            break;
        }
        if (takeWord("null"))
            return {};
        if (takeWord("true"))
            return scalarOfBool(true);
        if (takeWord("false"))
            return scalarOfBool(false);
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && (std::isdigit(static_cast<unsigned char>(m_text[m_at])) ||
                                        std::string_view("+-.eE").find(m_text[m_at]) < 5))
            ++m_at;
        if (begin == m_at)
            fail();
        return scalarOfNumber(m_text.substr(begin, m_at - begin));
    }

    JsonTree object()
    {
        JsonTree tree{.kind = JsonTree::Kind::Object, .scalar = {}, .elements = {}, .members = {}};
        take('{');
        while (peek() != '}') {
            if (peek() != '"')
                fail();
            std::string key = string();
            take(':');
            tree.members[std::move(key)] = value();
            if (peek() != '}')
                take(',');
        }
        ++m_at;
        return tree;
    }

    JsonTree array()
    {
        JsonTree tree{.kind = JsonTree::Kind::Array, .scalar = {}, .elements = {}, .members = {}};
        take('[');
        while (peek() != ']') {
            tree.elements.push_back(value());
            if (peek() != ']')
                take(',');
        }
        ++m_at;
        return tree;
    }

    unsigned hex()
    {
        const std::string digits(m_text.substr(m_at, 4));
        m_at += 4;
        return static_cast<unsigned>(std::stoul(digits, nullptr, 16));
    }

    std::string string()
    {
        std::string text;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (m_text[m_at] != '\\') {
                text += m_text[m_at];
                continue;
            }
            ++m_at;
            if (m_at == m_text.size())
                fail();
            if (m_text[m_at] == 'u') {
                ++m_at;
                unsigned point = hex();
                if (point >= 0xd800 && point < 0xdc00 && takeWord("\\u"))
                    point = 0x10000 + ((point - 0xd800) << 10) + (hex() - 0xdc00);
                appendUtf8(text, point);
                --m_at;
                continue;
            }
            const std::size_t which = std::string_view("bfnrt").find(m_text[m_at]);
            text += which < 5 ? "\b\f\n\r\t"[which] : m_text[m_at];
        }
        if (m_at == m_text.size())
            fail();
        ++m_at;
        return text;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

JsonTree scalarOf(std::string text)
{
    return {
        .kind = JsonTree::Kind::Scalar, .scalar = std::move(text), .elements = {}, .members = {}};
}

bool isAbsent(const JsonTree& tree)
{
    if (tree.kind == JsonTree::Kind::Null)
        return true;
    if (tree.kind != JsonTree::Kind::Object)
        return false;
    for (const auto& [key, member] : tree.members) {
        if (!isAbsent(member))
            return false;
    }
    return true;
}

void append(std::string& out, const JsonTree& tree)
{
    switch (tree.kind) {
    case JsonTree::Kind::Null:
        out += "null";
        return;
    case JsonTree::Kind::Scalar:
        out += tree.scalar;
        return;
    case JsonTree::Kind::Array:
        out += '[';
        for (const JsonTree& element : tree.elements) {
            append(out, element);
            out += ';';
        }
        out += ']';
        return;
    case JsonTree::Kind::Object:
        break;
    }
    out += '{';
    for (const auto& [key, member] : tree.members) {
        if (isAbsent(member))
            continue;
        out += std::to_string(key.size()) + ":" + key + "=";
        append(out, member);
        out += ';';
    }
    out += '}';
}

} // namespace

JsonTree readJson(std::string_view text)
{
    return JsonText(text).whole();
}

JsonTree scalarOfNumber(std::string_view literal)
{
    std::string digits;
    std::int64_t exponent = 0;
    bool inFraction = false;
    const std::size_t mark = std::min(literal.find_first_of("eE"), literal.size());
    for (const char c : literal.substr(0, mark)) {
        inFraction = inFraction || c == '.';
        if (std::isdigit(static_cast<unsigned char>(c)) == 0)
            continue;
        digits += c;
        exponent -= inFraction ? 1 : 0;
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.empty())
        return scalarOf("n0");
    if (mark < literal.size()) {
        std::string written(literal.substr(mark + 1));
        const bool isNegative = written.front() == '-';
        written.erase(0, std::min(written.find_first_not_of("+-0"), written.size()));
        if (written.size() > 15) // beyond what anybody can hold: only itself
            return scalarOf("n" + std::string(literal));
        const std::int64_t tens = written.empty() ? 0 : std::stoll(written);
        exponent += isNegative ? -tens : tens;
    }
    const std::size_t kept = digits.find_last_not_of('0') + 1;
    exponent += static_cast<std::int64_t>(digits.size() - kept);
    return scalarOf((literal.front() == '-' ? "n-" : "n") + digits.substr(0, kept) + "e" +
                    std::to_string(exponent));
}

JsonTree scalarOfBool(bool value)
{
    return scalarOf(value ? "true" : "false");
}

JsonTree scalarOfInstant(const std::string& microseconds)
{
    return scalarOf("t" + microseconds);
}

JsonTree scalarOfString(const std::string& text)
{
    static const std::regex shape(R"((\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)"
                                  R"((?:Z|([+-])(\d\d):(\d\d)))");
    std::smatch parts;
    const bool isMoment = text.size() < 40 && std::regex_match(text, parts, shape);
    const auto number = [&](std::size_t i) {
        return parts[i].matched ? std::stoi(parts[i].str()) : 0;
    };
    if (!isMoment)
        return scalarOf("s" + std::to_string(text.size()) + ":" + text);
    using namespace std::chrono;
    const year_month_day date{year(number(1)), month(static_cast<unsigned>(number(2))),
                              day(static_cast<unsigned>(number(3)))};
    const bool real = date.ok() && number(1) >= 1 && number(4) < 24 && number(5) < 60 &&
                      number(6) < 60 && number(9) <= 15 && number(10) < 60;
    if (!real)
        return scalarOf("s" + std::to_string(text.size()) + ":" + text);
    std::string fraction = parts[7].str();
    fraction.resize(6, '0');
    const auto offset = hours(number(9)) + minutes(number(10));
    const auto instant = sys_days(date) + hours(number(4)) + minutes(number(5)) +
                         seconds(number(6)) - (parts[8] == "-" ? -offset : offset);
    const auto micros =
        duration_cast<microseconds>(instant.time_since_epoch()).count() + std::stoll(fraction);
    return scalarOfInstant(std::to_string(micros));
}

bool put(JsonTree& root, const std::vector<std::string>& path, JsonTree value)
{
    JsonTree* at = &root;
    for (const std::string& key : path) {
        if (at->kind == JsonTree::Kind::Null)
            at->kind = JsonTree::Kind::Object;
        if (at->kind != JsonTree::Kind::Object)
            return false;
        at = &at->members[key];
    }
    return merge(*at, std::move(value));
}

bool merge(JsonTree& root, JsonTree more)
{
    if (more.kind == JsonTree::Kind::Null)
        return true;
    if (root.kind == JsonTree::Kind::Null) {
        root = std::move(more);
        return true;
    }
    if (root.kind != JsonTree::Kind::Object || more.kind != JsonTree::Kind::Object)
        return false;
    bool clean = true;
    for (auto& [key, member] : more.members)
        clean = merge(root.members[key], std::move(member)) && clean;
    return clean;
}

std::string canonical(const JsonTree& tree)
{
    if (isAbsent(tree))
        return "{}";
    std::string text;
    append(text, tree);
    return text;
}

} // namespace millrace::tests
