// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "core/query/answer_writer.h"
#include "core/query/positions.h"
#include "core/query/statement.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::http {

/// Everything that decides the bytes of an answer but the rows themselves: with the mark of the
/// positions behind it, the key of the answer. No two questions have one.
[[nodiscard]] std::string questionKey(const query::Statement& statement, std::string_view role,
                                      query::AnswerFormat format);

/// Weak, since rows without an order may come in another one; so it is that of all encodings.
[[nodiscard]] std::string entityTag(std::string_view key);

/// An If-None-Match header, which may be a list or *, names the tag (RFC 9110 §13.1.2).
[[nodiscard]] bool namesTag(std::string_view ifNoneMatch, std::string_view tag);

/// The client has the answer already: 304, and 412 to a POST (RFC 9110 §13.2.2).
[[nodiscard]] Response unchangedResponse(const Request& request);

/// `cache` says where the answer comes from: hit, miss, client, or volatile, which has no tag.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
answerHeaders(const query::Positions& positions, const std::string& tag, std::string cache);

} // namespace millrace::http
