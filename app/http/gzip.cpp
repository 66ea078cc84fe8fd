// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <new>
#include <optional>

namespace millrace::http {

namespace {

constexpr std::size_t pieceBytes = 16 * 1'024;
constexpr int gzipWindowBits = 15 + 16; // zlib.h: 16 more for the gzip format
constexpr int memoryLevel = 8;

std::string_view trimmed(std::string_view text)
{
    constexpr const char* spaces = " \t";
    const std::size_t first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(spaces) + 1 - first);
}

bool isName(std::string_view text, std::string_view lowerCase)
{
    return std::ranges::equal(text, lowerCase, [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == b;
    });
}

/// Of ";q=0.5"; 1 without it, 0 when it is no number.
double weightOf(std::string_view parameters)
{
    const std::size_t equals = parameters.find('=');
    if (equals == std::string_view::npos)
        return 1;
    const std::string_view number = trimmed(parameters.substr(equals + 1));
    double weight = 0;
    std::from_chars(number.data(), number.data() + number.size(), weight);
    return weight;
}

} // namespace

bool takesGzip(const Request& request)
{
    std::string_view rest = request.acceptEncoding ? *request.acceptEncoding : std::string_view();
    std::optional<double> gzip;
    std::optional<double> identity;
    std::optional<double> others;
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const std::size_t semicolon = std::min(one.find(';'), one.size());
        const std::string_view name = trimmed(one.substr(0, semicolon));
        const double weight = weightOf(one.substr(semicolon));
        if (isName(name, "gzip") || isName(name, "x-gzip"))
            gzip = weight;
        else if (isName(name, "identity"))
            identity = weight;
        else if (name == "*")
            others = weight;
    }
    const double wish = gzip.value_or(others.value_or(0));
    return wish > 0 && wish >= identity.value_or(0);
}

Gzip::Gzip()
    : m_stream(new z_stream{})
{
    if (deflateInit2(m_stream.get(), Z_BEST_SPEED, Z_DEFLATED, gzipWindowBits, memoryLevel,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
}

void Gzip::add(std::string_view bytes, bool isLast, std::string& out)
{
    z_stream& stream = *m_stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, pieceBytes> piece;
    do {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
}

std::string zipped(std::string_view bytes)
{
    std::string out;
    Gzip gzip;
    gzip.write(bytes, out);
    gzip.end(out);
    return out;
}

void zip(Response& response, const Request& request)
{
    const auto has = [&response](std::string_view name) {
        return std::ranges::any_of(response.headers,
                                   [name](const auto& one) { return one.first == name; });
    };
    const bool isLarge = response.stream || response.body.size() >= zippedBytesMin;
    if (!isLarge || response.problem || has("Content-Encoding") || !takesGzip(request))
        return;
    response.headers.emplace_back("Content-Encoding", "gzip");
    if (!has("Vary"))
        response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!response.stream) {
        response.body = zipped(response.body);
        return;
    }
    response.stream = [plain = std::move(response.stream)](const WriteBytes& write) {
        Gzip gzip;
        std::string out;
        const auto flush = [&] {
            const bool isTaken = out.empty() || write(out);
            out.clear();
            return isTaken;
        };
        const bool isWhole = plain([&](std::string_view bytes) {
            gzip.write(bytes, out);
            return flush();
        });
        gzip.end(out); // of a broken one too: it says so in its last line
        return flush() && isWhole;
    };
}

} // namespace millrace::http
