// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace millrace::record {

/// simdjson's first stage alone, dispatched to the processor at run time: where tokens begin, and
/// proof that the text is UTF-8 without bare control characters in strings. Keeps a small buffer,
/// grows for a large text, and gives that back with trim(). One thread.
class StructuralIndex
{
public:
    enum class Status : std::uint8_t {
        Ok,
        Empty, ///< nothing but whitespace
        NotUtf8,
        UnclosedString,
        ControlCharacter, ///< bare in a string
    };

    StructuralIndex();
    ~StructuralIndex();
    StructuralIndex(StructuralIndex&&) noexcept;
    StructuralIndex& operator=(StructuralIndex&&) noexcept;

    /// Copies and indexes the text. Anything but Ok leaves text and positions undefined.
    Status load(std::string_view text);
    void trim();

    /// The copy, followed by at least 64 zero bytes.
    [[nodiscard]] const char* text() const { return m_text.data(); }
    /// Where each bracket, colon, comma, string and other scalar begins, ascending; a string that
    /// follows a scalar without a separator is not among them. Ends with the size of the text.
    [[nodiscard]] const std::uint32_t* positions() const;

private:
    void reserve(std::size_t size);

    struct Stage;
    std::unique_ptr<Stage> m_stage;
    std::vector<char> m_text;
    std::size_t m_capacity = 0;
};

} // namespace millrace::record
