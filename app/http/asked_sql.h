// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "core/query/answer_writer.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace::http {

/// A statement as it came: by parameters of a GET, or by the fields of a JSON body.
struct AskedSql
{
    std::string sql;
    std::vector<std::optional<std::string>> params; ///< $1…; nothing is NULL
    query::AnswerFormat format = query::AnswerFormat::Json;
};

/// `params` is a JSON array: texts, numbers (every digit counts), true and false, null, and arrays
/// of these. `format` of the body, of the URL, or what Accept says.
[[nodiscard]] query::Checked<AskedSql> askedSql(const Request& request);

} // namespace millrace::http
