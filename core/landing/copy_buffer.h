// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace millrace::landing {

/// Bytes in network order, growing by doubling and reused from block to block. One thread.
class CopyBuffer
{
public:
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] std::string_view bytes() const noexcept { return {m_data.get(), m_size}; }
    [[nodiscard]] char* at(std::size_t offset) noexcept { return m_data.get() + offset; }
    void truncate(std::size_t size) noexcept { m_size = size; }
    /// Empties it; a buffer that one large value blew up is given back.
    void clear(std::size_t keepBytesMax)
    {
        m_size = 0;
        if (m_capacity > keepBytesMax) {
            m_data.reset();
            m_capacity = 0;
        }
    }

    /// Room for `count` more bytes; the caller writes them and calls take().
    [[nodiscard]] char* room(std::size_t count)
    {
        if (m_capacity - m_size < count) [[unlikely]]
            grow(count);
        return m_data.get() + m_size;
    }
    void take(std::size_t count) noexcept { m_size += count; }

    void put16(std::int16_t number) { put(static_cast<std::uint16_t>(number)); }
    void put32(std::int32_t number) { put(static_cast<std::uint32_t>(number)); }
    void put64(std::int64_t number) { put(static_cast<std::uint64_t>(number)); }
    void putBytes(std::string_view bytes)
    {
        if (bytes.empty())
            return;
        std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
        m_size += bytes.size();
    }
    /// A field: its length and its bytes.
    void putField(std::string_view bytes)
    {
        char* out = room(bytes.size() + 4);
        storeBig(out, static_cast<std::uint32_t>(bytes.size()));
        if (!bytes.empty())
            std::memcpy(out + 4, bytes.data(), bytes.size());
        m_size += bytes.size() + 4;
    }

    template<class Number>
    static void storeBig(char* out, Number number) noexcept
    {
        if constexpr (std::endian::native == std::endian::little) {
            if constexpr (sizeof(Number) == 2)
                number = static_cast<Number>(__builtin_bswap16(number));
            else if constexpr (sizeof(Number) == 4)
                number = __builtin_bswap32(number);
            else
                number = __builtin_bswap64(number);
        }
        std::memcpy(out, &number, sizeof number);
    }

private:
    template<class Number>
    void put(Number number)
    {
        storeBig(room(sizeof number), number);
        m_size += sizeof number;
    }
    void grow(std::size_t count)
    {
        std::size_t capacity = m_capacity == 0 ? std::size_t{64} << 10 : m_capacity;
        while (capacity - m_size < count)
            capacity *= 2;
        // Not value-initialised: every byte is written before it is read.
        std::unique_ptr<char[]> data(new char[capacity]);
        if (m_size != 0)
            std::memcpy(data.get(), m_data.get(), m_size);
        m_data = std::move(data);
        m_capacity = capacity;
    }

    std::unique_ptr<char[]> m_data;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

} // namespace millrace::landing
