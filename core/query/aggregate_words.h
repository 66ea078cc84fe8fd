// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"

#include <span>
#include <string_view>
#include <utility>

namespace millrace::query {

/// How the values of a request's closed lists are written, in bodies and in messages.
template<class Value>
using Word = std::pair<std::string_view, Value>;

[[nodiscard]] std::span<const Word<FilterOp>> filterOps() noexcept;
[[nodiscard]] std::span<const Word<MeasureKind>> measureKinds() noexcept;
/// Singular; a plural s is understood as well.
[[nodiscard]] std::span<const Word<BucketUnit>> bucketUnits() noexcept;

template<class Value>
[[nodiscard]] std::string_view wordOf(std::span<const Word<Value>> words, Value value) noexcept
{
    for (const auto& [word, meant] : words)
        if (meant == value)
            return word;
    return {};
}

/// What a measure is called in the answer: its `as`, else "count", "sum_amount", "p95_amount".
[[nodiscard]] std::string answerName(const Measure& measure, std::string_view column);

} // namespace millrace::query
