// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <new>

namespace millrace {

std::uint64_t hash64(std::string_view bytes) noexcept
{
    return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) noexcept
{
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

void Hasher64::Free::operator()(XXH3_state_s* state) const noexcept
{
    XXH3_freeState(state);
}

Hasher64::Hasher64()
    : m_state(XXH3_createState())
{
    if (!m_state)
        throw std::bad_alloc();
    reset();
}

Hasher64::~Hasher64() = default;

void Hasher64::reset() noexcept
{
    XXH3_64bits_reset(m_state.get());
}

void Hasher64::add(std::string_view bytes) noexcept
{
    XXH3_64bits_update(m_state.get(), bytes.data(), bytes.size());
}

void Hasher64::addNumber(std::int64_t number) noexcept
{
    std::array<char, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>((static_cast<std::uint64_t>(number) >> (8 * i)) & 0xff);
    add({bytes.data(), bytes.size()});
}

std::uint64_t Hasher64::digest() const noexcept
{
    return XXH3_64bits_digest(m_state.get());
}

Sha256 sha256(std::string_view bytes) noexcept
{
    Sha256 digest{};
    unsigned int size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    return digest;
}

std::string hex(std::string_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        text += digits[(static_cast<unsigned char>(byte) >> 4) & 0xf];
        text += digits[static_cast<unsigned char>(byte) & 0xf];
    }
    return text;
}

} // namespace millrace
