// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/letter_routes.h"

#include "app/http/operations_sql.h"
#include "app/http/page_request.h"
#include "core/base/nearest_name.h"
#include "core/control/job_arguments.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace millrace::http {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 10> classes{
    "not_json",     "empty",  "not_utf8", "unrepresentable_text", "too_deep", "too_large",
    "out_of_range", "framed", "contract", "refused_by_database"};
constexpr std::array<std::string_view, 3> states{"open", "replayed", "discarded"};

/// Empty is no wish.
std::optional<query::Problem> unknownName(std::string_view name, std::string field,
                                          std::span<const std::string_view> names)
{
    if (name.empty() || std::ranges::find(names, name) != names.end())
        return std::nullopt;
    return query::Problem{"unknown_name", "there is no such " + field + " of dead letters",
                          std::move(field), std::string(nearestName(name, names))};
}

bool isCursor(const std::string& text)
{
    const json cursor = json::parse(text, nullptr, false);
    return cursor.is_array() && cursor.size() == 4 && cursor[0].is_string() &&
           std::all_of(cursor.begin() + 1, cursor.end(),
                       [](const json& number) { return number.is_number_integer(); });
}

query::Checked<LetterFilter> filterOf(const Request& request)
{
    const auto text = [&request](const char* name) {
        return std::string(request.parameter(name).value_or(""));
    };
    LetterFilter filter{text("topic"), text("class"), text("state"), text("from"), text("to")};
    if (auto unknown = unknownName(filter.deadClass, "class", classes))
        return *unknown;
    if (auto unknown = unknownName(filter.state, "state", states))
        return *unknown;
    return filter;
}

Response listLetters(ControlDesk& desk, const Request& request)
{
    const auto page = pageOf(request);
    if (!page)
        return problemResponse(400, page.problems().front());
    if (!page->after.empty() && !isCursor(page->after))
        return errorResponse(400, "cursor", "say what \"next\" of the page before said", "after");
    const auto filter = filterOf(request);
    if (!filter)
        return problemResponse(400, filter.problems().front());
    return desk.with([&](postgres::Connection& session) -> Result<Response> {
        auto letters = deadLettersJson(session, *filter, *page);
        if (!letters)
            return letters.error();
        Response response;
        response.body = std::move(*letters) + "\n";
        return response;
    });
}

/// Equal selections are equal texts: offsets sorted, each once.
std::string argumentsOf(const control::LetterJob& job)
{
    const control::LetterSelection& selection = job.selection;
    json arguments{{"topic", selection.topic}};
    if (!selection.deadClass.empty())
        arguments["class"] = selection.deadClass;
    if (selection.partition)
        arguments["partition"] = selection.partition->value;
    std::vector<std::int64_t> offsets = selection.offsets;
    std::ranges::sort(offsets);
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    if (!offsets.empty())
        arguments["offsets"] = offsets;
    if (!job.reason.empty())
        arguments["reason"] = job.reason;
    return arguments.dump();
}

Response requestJob(ControlDesk& desk, const std::string& kind, const Request& request)
{
    const auto job = control::readLetterJob(request.body);
    if (!job)
        return errorResponse(400, "body", job.error().what);
    if (auto unknown = unknownName(job->selection.deadClass, "class", classes))
        return problemResponse(400, *unknown);
    return desk.with([&](postgres::Connection& session) -> Result<Response> {
        const auto id = insertJob(session, kind, job->selection.topic, argumentsOf(*job));
        if (!id)
            return id.error();
        const auto made = jobJson(session, *id);
        if (!made)
            return made.error();
        Response response;
        response.status = 202;
        response.headers.emplace_back("Location", request.base + "/jobs/" + std::to_string(*id));
        response.body = made->value_or("null") + "\n";
        return response;
    });
}

Route listRoute(ControlDesk& desk)
{
    RouteText text;
    const std::string time = R"({"type":"string","format":"date-time"})";
    text.parameters = {
        {"topic", "of this topic only", "", "orders"},
        {"class", "of this class only", json{{"enum", classes}}.dump(), "not_json"},
        {"state", "open, replayed or discarded only", json{{"enum", states}}.dump(), "open"},
        {"from", "recorded at this time or later", time},
        {"to", "recorded before this time", time},
        limitText(),
        afterText()};
    text.answers = {{200,
                     "by topic and coordinates; values are base64, cut after 4 KiB; \"next\" is "
                     "null on the last page",
                     R"({"type":"object","required":["dead_letters","next"]})"}};
    return {"/dead-letters",
            "records that did not land, and why",
            Pace::Slow,
            [&desk](const Request& request) { return listLetters(desk, request); },
            "",
            "GET",
            Access::Read,
            text};
}

Route jobRoute(ControlDesk& desk, const std::string& kind, const std::string& help)
{
    RouteText text;
    text.bodySchema = R"({"type":"object","required":["topic"],"additionalProperties":false,)"
                      R"("properties":{"topic":{"type":"string"},"class":)" +
                      json{{"enum", classes}}.dump() +
                      R"(,"partition":{"type":"integer","minimum":0,"maximum":2147483647},)"
                      R"("offsets":{"type":"array","minItems":1,"items":{"type":"integer"}},)"
                      R"("reason":{"type":"string"}}})";
    text.bodyExample = R"({"topic":"orders","class":"not_json"})";
    text.answers = {{202, "the job that does it, the one under way when there is one",
                     R"({"type":"object","required":["id","state"]})"}};
    text.errors = {404};
    return {"/dead-letters/" + kind,
            help,
            Pace::Slow,
            [&desk, kind](const Request& request) { return requestJob(desk, kind, request); },
            "",
            "POST",
            Access::Operate,
            text};
}

} // namespace

std::vector<Route> letterRoutes(ControlDesk& desk)
{
    return {listRoute(desk),
            jobRoute(desk, "replay", "try dead letters again: a selection, or all of a class"),
            jobRoute(desk, "discard", "give dead letters up: a selection, or all of a class")};
}

} // namespace millrace::http
