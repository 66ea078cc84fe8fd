// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/query_desk.h"
#include "app/http/routes.h"

namespace millrace::http {

/// The format of `format=`, else what the Accept header asks for first; nothing when `format=` is
/// no format.
[[nodiscard]] std::optional<query::AnswerFormat> formatOf(const Request& request,
                                                          query::AnswerFormat otherwise);

[[nodiscard]] Response unknownFormat();
[[nodiscard]] ParameterText formatText();
[[nodiscard]] std::vector<std::string> answerTypes(); ///< media types of rows
[[nodiscard]] AnswerText unchangedText();             ///< 304, of what has an ETag

/// GET /query?query=SELECT … and POST /query {"query": …, "format"?: …}, streamed as JSON, NDJSON
/// or CSV.
[[nodiscard]] std::vector<Route> queryRoutes(QueryDesk& desk);

} // namespace millrace::http
