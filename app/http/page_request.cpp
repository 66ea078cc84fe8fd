// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/page_request.h"

#include <charconv>

namespace millrace::http {

namespace {

constexpr std::int64_t linesMax = 1'000;

} // namespace

query::Checked<Page> pageOf(const Request& request)
{
    Page page;
    page.after = request.parameter("after").value_or("");
    const auto limit = request.parameter("limit");
    if (!limit)
        return page;
    const char* end = limit->data() + limit->size();
    const auto read = std::from_chars(limit->data(), end, page.limit);
    if (read.ec != std::errc{} || read.ptr != end || page.limit < 1 || page.limit > linesMax)
        return query::Problem{"limit", "a page has 1 to 1000 lines", "limit"};
    return page;
}

ParameterText limitText()
{
    return {"limit", "lines of a page", R"({"type":"integer","minimum":1,"maximum":1000})", "100"};
}

ParameterText afterText()
{
    return {"after", "what \"next\" of the page before said"};
}

} // namespace millrace::http
