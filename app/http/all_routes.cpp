// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/all_routes.h"

#include "app/http/docs_files.h"
#include "app/http/docs_routes.h"
#include "app/http/health.h"
#include "app/http/job_routes.h"
#include "app/http/letter_routes.h"
#include "app/http/metrics.h"
#include "app/http/openapi.h"
#include "app/http/query_routes.h"
#include "app/http/table_routes.h"
#include "app/http/topic_routes.h"

#include <algorithm>
#include <iterator>

namespace millrace::http {

namespace {

Route healthRoute(const Desks& desks)
{
    const auto answer = [desks](const Request&) {
        return health(desks.instance, desks.live(), *desks.status.current());
    };
    const char* schema = R"({"type":"object","required":["ready","live"],"properties":{)"
                         R"("ready":{"type":"boolean"},"live":{"type":"boolean"},)"
                         R"("reasons":{"type":"array"},"balance":{"type":["boolean","null"]}}})";
    Route route;
    route.path = "/health";
    route.help = "is it ready, what lands where, does it balance; in two words without a token";
    route.pace = Pace::Slow;
    route.answer = answer;
    route.toStrangers = [desks](const Request&) {
        return healthInShort(desks.live(), *desks.status.current());
    };
    route.text.answers = {{200, "ready, and every topic balances", schema},
                          {503, "not ready; \"reasons\" says why", schema}};
    return route;
}

/// For probes that end a program which does not answer: the database has no say in it.
Route liveRoute()
{
    Route route;
    route.path = "/health/live";
    route.help = "this process answers; nothing else is looked at";
    route.needs = Access::Open;
    route.answer = [](const Request&) {
        Response response;
        response.body = "{\"live\":true}\n";
        return response;
    };
    route.text.answers = {{200, "it does", R"({"type":"object","required":["live"]})"}};
    return route;
}

Route metricsRoute(const Desks& desks)
{
    const auto answer = [desks](const Request&) {
        Live live = desks.live();
        live.cache = desks.questions.cacheFigures();
        return metrics(live, *desks.status.current());
    };
    RouteText text;
    text.answers = {{200, "the text format of Prometheus", "", "", {"text/plain"}}};
    return {"/metrics", "the same for Prometheus", Pace::Slow, answer, "", "GET", Access::Read,
            text};
}

} // namespace

std::vector<Route> allRoutes(const Desks& desks)
{
    std::vector<Route> routes{healthRoute(desks), liveRoute(), metricsRoute(desks)};
    for (auto some : {tableRoutes(desks.catalogue, desks.questions, desks.control),
                      queryRoutes(desks.questions), topicRoutes(desks.control),
                      letterRoutes(desks.control), jobRoutes(desks.control), docsRoutes(&docsFile)})
        std::ranges::move(some, std::back_inserter(routes));
    routes.push_back(openApiRoute(routes));
    return routes;
}

} // namespace millrace::http
