// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::http {

/// What a caller must be allowed to; each but Open is a scope of its own.
enum class Access : std::uint8_t { Open, Read, Sql, Operate, Admin };

/// A parameter of the query, or one of the path by the name in its braces. Schemas and examples are
/// JSON texts; an empty schema is that of a text, an example that is no JSON is a text.
struct ParameterText
{
    std::string name;
    std::string help;
    std::string schema = {};
    std::string example = {};
    bool isNeeded = false; ///< those of the path always are
};

struct AnswerText
{
    unsigned status = 200;
    std::string help;
    std::string schema = {};
    std::string example = {};
    std::vector<std::string> types = {"application/json"};
};

/// What /openapi.json tells of a route beside its help. Errors have one schema, and every route has
/// those of the server itself (400, 401, 403, 421, 429, 503).
struct RouteText
{
    std::vector<ParameterText> parameters = {};
    std::string bodySchema = {};
    std::string bodyExample = {};
    std::vector<AnswerText> answers = {};
    std::vector<unsigned> errors = {};
};

} // namespace millrace::http
