// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace millrace {

namespace {

unsigned byteAt(std::string_view bytes, std::size_t index)
{
    return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
}

bool isContinuation(unsigned byte)
{
    return (byte & 0xc0U) == 0x80U;
}

/// Length of the valid character that begins at `index` (0 when there is none) and its code point.
struct Character
{
    std::size_t length = 0;
    char32_t codePoint = 0;
};

Character characterAt(std::string_view bytes, std::size_t index)
{
    const unsigned a = byteAt(bytes, index);
    const unsigned b = byteAt(bytes, index + 1);
    const unsigned c = byteAt(bytes, index + 2);
    const unsigned d = byteAt(bytes, index + 3);
    if (a < 0x80)
        return {1, a};
    if (a >= 0xc2 && a <= 0xdf && isContinuation(b))
        return {2, ((a & 0x1fU) << 6) | (b & 0x3fU)};
    if (a >= 0xe0 && a <= 0xef && isContinuation(b) && isContinuation(c)) {
        const char32_t point = ((a & 0xfU) << 12) | ((b & 0x3fU) << 6) | (c & 0x3fU);
        const bool surrogate = point >= 0xd800 && point <= 0xdfff;
        return point < 0x800 || surrogate ? Character{} : Character{3, point};
    }
    if (a >= 0xf0 && a <= 0xf4 && isContinuation(b) && isContinuation(c) && isContinuation(d)) {
        const char32_t point =
            ((a & 0x7U) << 18) | ((b & 0x3fU) << 12) | ((c & 0x3fU) << 6) | (d & 0x3fU);
        return point < 0x10000 || point > 0x10ffff ? Character{} : Character{4, point};
    }
    return {};
}

/// Characters that move the cursor, hide themselves or turn the reading direction.
bool isTreacherous(char32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xad || point == 0x61c ||
           (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
           (point >= 0xfff9 && point <= 0xfffb) || (point >= 0xe0000 && point <= 0xe007f);
}

} // namespace

bool isUtf8(std::string_view bytes) noexcept
{
    for (std::size_t i = 0; i < bytes.size();) {
        const std::size_t length = characterAt(bytes, i).length;
        if (length == 0 || i + length > bytes.size())
            return false;
        i += length;
    }
    return true;
}

std::string_view cutUtf8(std::string_view text, std::size_t bytesMax) noexcept
{
    if (text.size() <= bytesMax)
        return text;
    std::size_t size = bytesMax;
    while (size > 0 && isContinuation(byteAt(text, size)))
        --size;
    return text.substr(0, size);
}

void appendJsonString(std::string& out, std::string_view text)
{
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\') {
            out += '\\';
            out += character;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 0xf];
        } else {
            out += character;
        }
    }
    out += '"';
}

std::string base64(std::string_view bytes)
{
    static constexpr char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const unsigned group =
            byteAt(bytes, i) << 16 | byteAt(bytes, i + 1) << 8 | byteAt(bytes, i + 2);
        text += digits[group >> 18];
        text += digits[(group >> 12) & 0x3f];
        text += i + 1 < bytes.size() ? digits[(group >> 6) & 0x3f] : '=';
        text += i + 2 < bytes.size() ? digits[group & 0x3f] : '=';
    }
    return text;
}

std::string printable(std::string_view bytes, std::size_t bytesMax)
{
    std::string text;
    std::array<char, 16> escape{};
    for (std::size_t i = 0; i < bytes.size();) {
        if (text.size() >= bytesMax) {
            text += "…";
            break;
        }
        const Character character = characterAt(bytes, i);
        if (character.length == 0) {
            std::snprintf(escape.data(), escape.size(), "\\x%02x", byteAt(bytes, i));
            text += escape.data();
            ++i;
            continue;
        }
        if (character.codePoint == U'\\') {
            text += "\\\\";
        } else if (isTreacherous(character.codePoint)) {
            std::snprintf(escape.data(), escape.size(), "\\u{%x}",
                          static_cast<unsigned>(character.codePoint));
            text += escape.data();
        } else {
            text += bytes.substr(i, character.length);
        }
        i += character.length;
    }
    return text;
}

} // namespace millrace
