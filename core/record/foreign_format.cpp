// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/foreign_format.h"

#include <array>

namespace millrace::record {

namespace {

using namespace std::string_view_literals;

struct Magic
{
    std::string_view bytes;
    std::string_view name;
};

constexpr std::array<Magic, 12> magics{{
    {"\x1f\x8b"sv, "gzip"},
    {"\x28\xb5\x2f\xfd"sv, "zstd"},
    {"\x04\x22\x4d\x18"sv, "lz4"},
    {"\xff\x06\x00\x00sNaPpY"sv, "snappy"},
    {"\x82SNAPPY\x00"sv, "snappy"},
    {"\xfd"
     "7zXZ\x00"sv,
     "xz"},
    {"\x78\x01"sv, "zlib"},
    {"\x78\x9c"sv, "zlib"},
    {"\x78\xda"sv, "zlib"},
    {"PK\x03\x04"sv, "zip"},
    {"Obj\x01"sv, "an Avro object container"},
    {"PAR1"sv, "Parquet"},
}};

std::uint32_t byteAt(std::string_view bytes, std::size_t index)
{
    return static_cast<unsigned char>(bytes[index]);
}

/// The encoding's width in bytes when every character of the first few is ASCII in it.
std::size_t wideWidth(std::string_view bytes)
{
    for (const std::size_t width : {4U, 2U}) {
        if (bytes.size() < 2 * width || bytes.size() % width != 0)
            continue;
        for (const std::size_t place : {std::size_t{0}, width - 1}) {
            std::size_t fitting = 0;
            const std::size_t count = std::min<std::size_t>(bytes.size() / width, 4);
            for (std::size_t i = 0; i < count; ++i) {
                bool fits = true;
                for (std::size_t j = 0; j < width; ++j)
                    fits = fits && (byteAt(bytes, i * width + j) != 0) == (j == place);
                fitting += fits ? 1 : 0;
            }
            if (fitting == count)
                return width;
        }
    }
    return 0;
}

std::optional<Reject> wideText(std::string_view bytes)
{
    const bool utf32 = bytes.starts_with("\xff\xfe\x00\x00"sv) ||
                       bytes.starts_with("\x00\x00\xfe\xff"sv) || wideWidth(bytes) == 4;
    const bool utf16 =
        bytes.starts_with("\xff\xfe"sv) || bytes.starts_with("\xfe\xff"sv) || wideWidth(bytes) == 2;
    if (!utf32 && !utf16)
        return std::nullopt;
    std::string reason = "The value is ";
    reason += utf32 ? "UTF-32" : "UTF-16";
    reason += " text; JSON between programs must be UTF-8.";
    return Reject{RejectClass::NotUtf8, std::move(reason), {}};
}

} // namespace

std::optional<Reject> recognise(std::string_view bytes)
{
    constexpr std::size_t frameBytes = 5;
    if (auto wide = wideText(bytes))
        return wide;
    if (bytes.size() >= frameBytes && bytes[0] == '\0') {
        const std::uint32_t id = (byteAt(bytes, 1) << 24) | (byteAt(bytes, 2) << 16) |
                                 (byteAt(bytes, 3) << 8) | byteAt(bytes, 4);
        std::string reason =
            "The value begins like a schema registry frame (magic byte 0, schema id ";
        reason += std::to_string(id);
        reason += "): Avro, Protobuf or framed JSON, not plain JSON.";
        return Reject{RejectClass::Framed, std::move(reason), {}};
    }
    for (const Magic& magic : magics) {
        if (!bytes.starts_with(magic.bytes))
            continue;
        std::string reason = "The value is ";
        reason += magic.name;
        reason += ", not JSON; compress topics, not values.";
        return Reject{RejectClass::Framed, std::move(reason), {}};
    }
    return std::nullopt;
}

} // namespace millrace::record
