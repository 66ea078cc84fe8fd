// SPDX-License-Identifier: GPL-3.0-or-later
// Paths, values of the query and headers of a request. The oracle: what is decoded is UTF-8 without
// a zero byte, and encoded by a writer of its own it is decoded as the same; a path has no part
// that leads elsewhere; a target and headers that pass have nothing in them that ends a line.

#include "app/http/percent.h"
#include "app/http/request_check.h"
#include "core/base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace millrace;
using namespace millrace::http;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::string encoded(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        result += {'%', digits[byte / 16], digits[byte % 16]};
    }
    return result;
}

void checkDecoding(std::string_view bytes)
{
    const auto decoded = percentDecoded(bytes);
    if (decoded) {
        require(isUtf8(*decoded) && decoded->find('\0') == std::string::npos);
        require(decoded->size() <= bytes.size());
        require(percentDecoded(encoded(*decoded)) == decoded);
    }
    const auto segments = pathSegments(bytes);
    if (!segments)
        return;
    require(decoded.has_value());
    std::string path = segments->empty() ? "/" : "";
    for (const std::string& segment : *segments) {
        require(!segment.empty() && segment != "." && segment != "..");
        path += "/" + encoded(segment);
    }
    require(pathSegments(path) == segments);
}

/// Names end at a colon, values at a line end; so do pieces of the whole.
void checkHeaders(std::string_view bytes)
{
    std::vector<RawHeader> headers;
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
        const std::string_view line = bytes.substr(at, end - at);
        const std::size_t colon = std::min(line.find(':'), line.size());
        headers.push_back({line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))});
        pieces.push_back(headers.back().name);
        pieces.push_back(headers.back().value);
        at = end + 1;
    }
    require(isAllTold(bytes, pieces));
    if (faultOf(headers))
        return;
    for (const RawHeader& header : headers) {
        require(isToken(header.name));
        require(header.value.find_first_of(std::string_view("\0\r\n", 3)) == header.value.npos);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    checkDecoding(bytes);
    checkHeaders(bytes);
    if (isTarget(bytes))
        require(bytes.find_first_of(std::string_view("\0\r\n ", 4)) == bytes.npos);
    return 0;
}
