// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/control/dead_letter.h"
#include "core/landing/planner.h"
#include "core/landing/table_copy.h"
#include "core/record/decoded.h"
#include "core/record/message.h"

#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// Collects the dead letters of a batch; views point into the messages, bytes are verbatim up to
/// Limits::deadLetterValueBytesMax and hashed whole. One thread.
class LetterWriter
{
public:
    explicit LetterWriter(const Limits& limits)
        : m_limits(limits)
    {
    }

    void add(const control::PositionKey& key, const record::Message& message,
             const record::Reject& reject);
    void add(const control::PositionKey& key, const record::Message& message,
             const PlannedLetter& letter);
    void add(const control::PositionKey& key, const record::Message& message,
             const RefusedRow& row);

    [[nodiscard]] std::span<const control::DeadLetter> letters() const { return m_letters; }

private:
    control::DeadLetter& begin(const control::PositionKey& key, const record::Message& message);

    Limits m_limits;
    std::vector<control::DeadLetter> m_letters;
};

} // namespace millrace::landing
