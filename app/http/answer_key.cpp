// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/answer_key.h"

#include "core/base/hash.h"

namespace millrace::http {

std::string questionKey(const query::Statement& statement, std::string_view role,
                        query::AnswerFormat format)
{
    std::string key = MILLRACE_VERSION;
    const auto add = [&key](std::string_view part) {
        key.append(" ").append(std::to_string(part.size())).append(":").append(part);
    };
    add(role);
    add(std::to_string(static_cast<int>(format)));
    add(statement.sql);
    for (const auto& param : statement.params) {
        key += param ? " value" : " null";
        add(param.value_or(""));
    }
    return key + "\n";
}

std::string entityTag(std::string_view key)
{
    const Sha256 hash = sha256(key);
    constexpr std::size_t tagBytes = 16;
    return "W/\"" + hex({reinterpret_cast<const char*>(hash.data()), tagBytes}) + "\"";
}

bool namesTag(std::string_view ifNoneMatch, std::string_view tag)
{
    return ifNoneMatch == "*" || ifNoneMatch.find(tag.substr(tag.find('"'))) != std::string::npos;
}

Response unchangedResponse(const Request& request)
{
    if (request.method == "POST")
        return errorResponse(412, "unchanged", "the answer is the one whose ETag was sent",
                             "If-None-Match");
    Response response;
    response.status = 304;
    return response;
}

std::vector<std::pair<std::string, std::string>>
answerHeaders(const query::Positions& positions, const std::string& tag, std::string cache)
{
    std::vector<std::pair<std::string, std::string>> headers{
        {"Millrace-Seen", query::tokenText(positions.seen)}, {"Millrace-Cache", std::move(cache)}};
    if (!tag.empty()) {
        headers.emplace_back("ETag", tag);
        headers.emplace_back("Cache-Control", "private, no-cache");
        headers.emplace_back("Vary", "Accept, Accept-Encoding, Authorization");
    }
    return headers;
}

} // namespace millrace::http
