// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"

#include <cstdint>

namespace millrace::integration {

/// The start of the bucket that holds a moment, both in microseconds since 1970, by Qt's time
/// zones.
std::int64_t bucketStart(const query::TimeBucket& bucket, std::int64_t moment);

} // namespace millrace::integration
