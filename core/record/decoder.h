// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/record/decoded.h"

#include <memory>
#include <span>

namespace millrace::record {

/// Bytes of messages → flat typed records, for one topic of one lane. RFC 8259 exactly; one parser
/// for everything. Never fails as a whole: what cannot be a row is a Reject with its reason.
///
/// Objects are flattened to Limits::columnDepthMax keys; null and `{}` give no cell (absent).
/// Duplicate keys: the last wins, counted; what it replaces may even be a number out of range. A
/// leading UTF-8 byte order mark is stripped and counted. A message that is not an object is one
/// Json cell at the root path. Tombstones are told apart from empty values. One thread; bounded by
/// the largest message, no recursion.
class Decoder
{
public:
    explicit Decoder(const Limits& limits);
    ~Decoder();
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;

    /// All messages must be of this decoder's topic. `out` is cleared first and reuses its memory.
    void decode(std::span<const Message> messages, Decoded& out);

    [[nodiscard]] const PathDictionary& paths() const;

private:
    class Parser;
    std::unique_ptr<Parser> m_parser;
};

} // namespace millrace::record
