// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/topic_routes.h"

#include "app/http/operations_sql.h"
#include "app/http/page_request.h"

#include <nlohmann/json.hpp>

namespace millrace::http {

namespace {

constexpr const char* objectSchema = R"({"type":"object"})";

query::Problem wrongWish(std::string field, std::string message)
{
    return {"body", std::move(message), std::move(field)};
}

query::Checked<TopicWish> wishOf(const std::string& body)
{
    const auto object = nlohmann::json::parse(body, nullptr, false);
    if (!object.is_object() || object.empty())
        return wrongWish("", R"(send {"wanted": "run"} or "pause", {"contract": …}, or both)");
    TopicWish wish;
    for (const auto& [name, value] : object.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : "";
        if (name == "wanted") {
            if (text != "run" && text != "pause")
                return wrongWish(name, R"("wanted" is "run" or "pause")");
            wish.pause = text == "pause";
        } else if (name == "contract") {
            wish.contract = schema::contractOf(text);
            if (!wish.contract)
                return wrongWish(name, R"("contract" is "evolve", "freeze" or "strict")");
        } else {
            return wrongWish(name, R"(there are the fields "wanted" and "contract")");
        }
    }
    return wish;
}

Response ok(std::string body)
{
    Response response;
    response.body = std::move(body) + "\n";
    return response;
}

Route listTopics(ControlDesk& desk)
{
    const auto answer = [&desk](const Request&) {
        return desk.with([](postgres::Connection& session) -> Result<Response> {
            auto topics = topicsJson(session);
            return topics ? Result<Response>(ok(std::move(*topics)))
                          : Result<Response>(topics.error());
        });
    };
    RouteText text;
    text.answers = {{200, "every topic: what is wanted, its state, lag and counts",
                     R"({"type":"array","items":{"type":"object","required":["topic","state"]}})"}};
    return {
        "/topics", "topics with state, lag and counts", Pace::Slow, answer, "", "GET", Access::Read,
        text};
}

Route changeTopic(ControlDesk& desk)
{
    const auto answer = [&desk](const Request& request) {
        const auto wish = wishOf(request.body);
        if (!wish)
            return problemResponse(400, wish.problems().front());
        const std::string& topic = request.captured.front();
        return desk.with([&](postgres::Connection& session) -> Result<Response> {
            if (const auto stated = stateWanted(session, topic, *wish); !stated)
                return stated.error();
            const auto now = topicJson(session, topic);
            if (!now)
                return now.error();
            return ok(now->value_or("null"));
        });
    };
    RouteText text;
    text.parameters = {{"topic", "its name", "", "orders"}};
    text.bodySchema = R"({"type":"object","minProperties":1,"additionalProperties":false,)"
                      R"("properties":{"wanted":{"enum":["run","pause"]},)"
                      R"("contract":{"enum":["evolve","freeze","strict"]}}})";
    text.bodyExample = R"({"wanted":"pause"})";
    text.answers = {{200, "the topic as it is now; workers follow within a second", objectSchema}};
    text.errors = {404};
    return {"/topics/{topic}",
            "pause a topic, let it run again, or change its contract",
            Pace::Slow,
            answer,
            "",
            "POST",
            Access::Operate,
            text};
}

Route listSchemaChanges(ControlDesk& desk)
{
    const auto answer = [&desk](const Request& request) {
        const auto page = pageOf(request);
        if (!page)
            return problemResponse(400, page.problems().front());
        const std::string topic(request.parameter("topic").value_or(""));
        return desk.with([&](postgres::Connection& session) -> Result<Response> {
            auto changes = schemaChangesJson(session, topic, *page);
            return changes ? Result<Response>(ok(std::move(*changes)))
                           : Result<Response>(changes.error());
        });
    };
    RouteText text;
    text.parameters = {
        {"topic", "of this topic or table only", "", "orders"}, limitText(), afterText()};
    text.answers = {{200, "the newest first; \"next\" is null on the last page",
                     R"({"type":"object","required":["schema_changes","next"]})"}};
    return {"/schema-changes",
            "how the tables came to be as they are",
            Pace::Slow,
            answer,
            "",
            "GET",
            Access::Read,
            text};
}

} // namespace

std::vector<Route> topicRoutes(ControlDesk& desk)
{
    return {listTopics(desk), changeTopic(desk), listSchemaChanges(desk)};
}

} // namespace millrace::http
