// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/headers_json.h"

#include "core/base/text.h"

namespace millrace::landing {

namespace {

void appendBytes(std::string& out, std::string_view bytes)
{
    if (isJsonText(bytes)) {
        appendJsonString(out, bytes);
        return;
    }
    out += "{\"b64\":\"";
    out += base64(bytes);
    out += "\"}";
}

} // namespace

bool isJsonText(std::string_view bytes) noexcept
{
    std::size_t i = 0;
    constexpr std::uint64_t high = 0x8080'8080'8080'8080U;
    constexpr std::uint64_t low = 0x0101'0101'0101'0101U;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, 8);
        if (((word | (word - low)) & high) != 0) // a byte >= 0x80, or a zero byte
            break;
    }
    const std::string_view rest = bytes.substr(i);
    return rest.find('\0') == std::string_view::npos && isUtf8(rest);
}

void appendHeaders(std::string& out, std::span<const record::Header> headers,
                   const HeaderCaps& caps)
{
    out += '[';
    std::size_t bytes = 0;
    std::size_t written = 0;
    for (const record::Header& header : headers) {
        bytes += header.name.size() + (header.value ? header.value->size() : 0);
        if (written == caps.countMax || bytes > caps.bytesMax)
            break;
        out += written++ == 0 ? "[" : ",[";
        appendBytes(out, header.name);
        out += ',';
        if (header.value)
            appendBytes(out, *header.value);
        else
            out += "null";
        out += ']';
    }
    if (written < headers.size()) {
        out += written == 0 ? "" : ",";
        out += "{\"omitted\":" + std::to_string(headers.size() - written) + '}';
    }
    out += ']';
}

} // namespace millrace::landing
