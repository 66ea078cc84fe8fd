// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

struct ProtobufCMessage;

namespace millrace::query {

/// The name that a column after SELECT has when none is given by AS: PostgreSQL's FigureColname().
/// Empty: it cannot be told from the expression alone.
[[nodiscard]] std::string_view outputName(const ProtobufCMessage& expression);

} // namespace millrace::query
