// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace millrace {

/// XXH3-64 of the bytes, seed 0. Stable between versions and machines: it is stored.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes) noexcept;

/// The same with a seed: for tables in memory whose keys strangers choose.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) noexcept;

/// XXH3-64 over several pieces; add() is order- and boundary-sensitive only through what the caller
/// adds.
class Hasher64
{
public:
    Hasher64();
    ~Hasher64();
    Hasher64(const Hasher64&) = delete;
    Hasher64& operator=(const Hasher64&) = delete;

    void reset() noexcept;
    void add(std::string_view bytes) noexcept;
    void addNumber(std::int64_t number) noexcept; ///< as 8 bytes, little-endian
    [[nodiscard]] std::uint64_t digest() const noexcept;

private:
    struct Free
    {
        void operator()(XXH3_state_s* state) const noexcept;
    };
    std::unique_ptr<XXH3_state_s, Free> m_state;
};

using Sha256 = std::array<unsigned char, 32>;
[[nodiscard]] Sha256 sha256(std::string_view bytes) noexcept;

/// Lower-case hexadecimal text.
[[nodiscard]] std::string hex(std::string_view bytes);

} // namespace millrace
