// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/job_routes.h"

#include "app/http/operations_sql.h"

#include <charconv>

namespace millrace::http {

namespace {

constexpr const char* jobSchema = R"({"type":"object","required":["id","kind","state","done"]})";

Response noJob()
{
    return errorResponse(404, "unknown_name", "there is no such job", "id");
}

std::optional<std::int64_t> jobId(const Request& request)
{
    const std::string& text = request.captured.front();
    std::int64_t id = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, id);
    const bool isNumber = read.ec == std::errc{} && read.ptr == end;
    return isNumber ? std::optional(id) : std::nullopt;
}

Response answerJob(ControlDesk& desk, const Request& request, bool cancels)
{
    const auto id = jobId(request);
    if (!id)
        return noJob();
    return desk.with([&](postgres::Connection& session) -> Result<Response> {
        if (cancels) {
            if (const auto done = cancelJob(session, *id); !done)
                return done.error();
        }
        const auto job = jobJson(session, *id);
        if (!job)
            return job.error();
        if (!*job)
            return noJob();
        Response response;
        response.body = **job + "\n";
        return response;
    });
}

Route jobRoute(ControlDesk& desk, bool cancels)
{
    RouteText text;
    text.parameters = {{"id", "as the request that made it was answered",
                        R"({"type":"integer","minimum":1})", "1"}};
    if (cancels) { // a body, so that it has a type: that keeps pages of others out
        text.bodySchema = R"({"type":"object"})";
        text.bodyExample = "{}";
    }
    text.answers = {{200, "the job: its state, how much is done of what total", jobSchema}};
    text.errors = {404};
    return {cancels ? "/jobs/{id}/cancel" : "/jobs/{id}",
            cancels ? "give a job up; one that has ended stays as it is" : "how far a job is",
            Pace::Slow,
            [&desk, cancels](const Request& request) { return answerJob(desk, request, cancels); },
            "",
            cancels ? "POST" : "GET",
            cancels ? Access::Operate : Access::Read,
            text};
}

} // namespace

std::vector<Route> jobRoutes(ControlDesk& desk)
{
    return {jobRoute(desk, false), jobRoute(desk, true)};
}

} // namespace millrace::http
