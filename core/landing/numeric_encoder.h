// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/landing/copy_buffer.h"

#include <cstdint>
#include <string_view>

namespace millrace::landing {

/// Appends a field (length first) that holds the literal as PostgreSQL's binary numeric: the value
/// the server's own numeric_in would make of it, display scale included. `literal` is a JSON
/// number. Source of the form: numeric_recv in PostgreSQL's src/backend/utils/adt/numeric.c.
void putNumeric(CopyBuffer& out, std::string_view literal);
void putNumeric(CopyBuffer& out, std::int64_t integer);

} // namespace millrace::landing
