// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/record/decoder.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::tests {

/// Decodes texts as messages of one topic.
class DecodeTexts
{
public:
    explicit DecodeTexts(const Limits& limits = Limits{})
        : decoder(limits)
    {
    }

    const record::Decoded& decode(std::vector<std::string> values);
    /// describe() of the only record of one text.
    std::string describeOne(std::string value);
    /// "path:kind=value" of cells, "~path:kind=json" of loose values, one space between, or
    /// "class at path: reason" of a reject, or "tombstone".
    [[nodiscard]] std::string describe(std::size_t record) const;
    [[nodiscard]] const record::Reject& rejectOf(std::size_t record) const;

    record::Decoder decoder;
    record::Decoded decoded;

private:
    std::vector<std::string> m_values;
};

} // namespace millrace::tests
