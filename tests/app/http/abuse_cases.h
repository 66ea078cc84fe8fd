// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <vector>

namespace millrace::tests {

struct AbuseCase
{
    QByteArray name;
    QByteArray request;
    QByteArray outcomes; ///< statuses, "cut": closed without a word; of an odd one the body
};

/// Requests that are refused and whose connection is closed.
[[nodiscard]] const std::vector<AbuseCase>& abuseCases();
/// Unusual ones that are right, or let pass on purpose; the last header closes.
[[nodiscard]] const std::vector<AbuseCase>& oddCases();

} // namespace millrace::tests
