// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/catalogue.h"

#include <set>
#include <string_view>

struct ProtobufCMessage;

namespace millrace::query {

/// 'today' and its like, which become a moment where a time is wanted; rather too often than not.
[[nodiscard]] bool mayMeanATime(std::string_view text);

/// Casts to a time of what may be text. A text may be 'now', wherever it comes from, so the answer
/// of such a cast may be another one tomorrow over the same rows.
class TimeCasts
{
public:
    /// A column of the statement's own that may be text.
    void made(std::string_view name) { m_made.insert(name); }
    /// A column after SELECT.
    void output(std::string_view name, const ProtobufCMessage& value);
    /// A TypeCast; its constants are judged elsewhere.
    void cast(const ProtobufCMessage& message);

    /// A cast may meet text, the columns being those of `tables`.
    [[nodiscard]] bool mayMeetText(const std::set<const SourceTable*>& tables) const;

private:
    void argument(const ProtobufCMessage& message);
    [[nodiscard]] bool isTime(std::string_view column,
                              const std::set<const SourceTable*>& tables) const;

    std::set<std::string_view> m_made;
    std::set<std::string_view> m_times;   ///< columns of the statement's own that are times
    std::set<std::string_view> m_columns; ///< that are cast
    bool m_hasText = false;
};

} // namespace millrace::query
