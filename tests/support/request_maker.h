// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace millrace::tests {

/// One operation of an OpenAPI document.
struct ApiOperation
{
    std::string method; ///< upper case
    std::string path;   ///< with placeholders
    std::string text;   ///< what the document says of it, JSON
};

[[nodiscard]] std::vector<ApiOperation> operationsOf(const std::string& document);

struct MadeRequest
{
    std::string method;
    std::string target; ///< percent-encoded
    std::string accept = {};
    std::string contentType = {};
    std::string body = {};
};

/// Makes requests out of what a document says: about half as it wants them, the rest spoilt in one
/// place or several. Equal seeds make equal requests.
class RequestMaker
{
public:
    explicit RequestMaker(std::uint64_t seed)
        : m_random(seed)
    {
    }

    /// Values that exist, for parameters or bodies of that name ("table", "id", "body /aggregate").
    void know(const std::string& name, const std::string& value);

    [[nodiscard]] MadeRequest make(const ApiOperation& operation);

private:
    std::mt19937_64 m_random;
    std::map<std::string, std::vector<std::string>> m_known;
};

} // namespace millrace::tests
