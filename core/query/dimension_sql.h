// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/schema/column_type.h"

#include <string>

namespace millrace::query {

/// The start of the bucket that holds the time `column`; `zone` is a text expression. All three are
/// SQL.
[[nodiscard]] std::string bucketSql(const TimeBucket& bucket, const std::string& column,
                                    const std::string& zone);

/// The lower edge of the bin that holds the number `column`; numeric.
[[nodiscard]] std::string binSql(const NumericBin& bin, const std::string& column,
                                 schema::ColumnType type);

} // namespace millrace::query
