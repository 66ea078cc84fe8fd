// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/serve.h"

#include "app/data_folder.h"
#include "app/demo_host.h"
#include "app/http/catalogue_source.h"
#include "app/http/control_desk.h"
#include "app/http/health.h"
#include "app/http/http_server.h"
#include "app/http/job_routes.h"
#include "app/http/letter_routes.h"
#include "app/http/metrics.h"
#include "app/http/query_desk.h"
#include "app/http/query_routes.h"
#include "app/http/routes.h"
#include "app/http/status_source.h"
#include "app/http/table_routes.h"
#include "app/http/topic_routes.h"
#include "app/live_figures.h"
#include "app/signal_watch.h"
#include "core/base/log.h"
#include "core/engine/engine.h"

#include <algorithm>
#include <atomic>
#include <iterator>

namespace millrace::app {

namespace {

/// What the HTTP pages look at; the engine appears when it has started.
struct Shown
{
    http::StatusSource source;
    http::CatalogueSource catalogue;
    http::QueryDesk questions;
    http::ControlDesk control;
    std::string instance;
    std::atomic<const engine::Engine*> engine{nullptr};

    [[nodiscard]] http::Live live() const
    {
        const engine::Engine* running = engine.load();
        return running == nullptr ? http::Live{} : liveOf(running->status());
    }
};

http::Routes routesOf(Shown& shown, bool loopbackOnly)
{
    const auto health = [&shown](const http::Request&) {
        return http::health(shown.instance, shown.live(), *shown.source.current());
    };
    const auto metrics = [&shown](const http::Request&) {
        return http::metrics(shown.live(), *shown.source.current());
    };
    std::vector<http::Route> routes{
        {"/health", "is it ready, what lands where, does it balance", http::Pace::Slow, health},
        {"/metrics", "the same for Prometheus", http::Pace::Slow, metrics}};
    const auto add = [&routes](std::vector<http::Route> some) {
        std::ranges::move(some, std::back_inserter(routes));
    };
    add(http::tableRoutes(shown.catalogue, shown.questions, shown.control));
    add(http::queryRoutes(shown.questions));
    add(http::topicRoutes(shown.control));
    add(http::letterRoutes(shown.control));
    add(http::jobRoutes(shown.control));
    return http::Routes(std::move(routes), loopbackOnly);
}

int failed(const Error& error)
{
    log(LogLevel::Alarm, "start", describe(error));
    return 1;
}

/// Where everything is known: engine and HTTP live until the first signal.
int run(const engine::Settings& settings, postgres::Dsn questions,
        const http::ListenAddress& listen, DataFolder& folder, DemoHost* demo, SignalWatch& signals)
{
    std::unique_ptr<engine::Engine> engine;
    Shown shown{http::StatusSource(settings.database, settings.instance),
                {settings.database, settings.instance, settings.dataSchema},
                {settings.database, std::move(questions), settings.instance, settings.dataSchema,
                 shown.catalogue},
                {settings.database, settings.instance},
                settings.instance};
    const http::Routes routes = routesOf(shown, listen.isLoopback);
    const auto server = http::HttpServer::start(listen, routes);
    if (!server)
        return failed(server.error());
    auto started = engine::Engine::start(settings);
    if (!started)
        return failed(started.error());
    engine = std::move(*started);
    shown.engine = engine.get();
    const std::string address = server->address().text();
    if (const auto announced = folder.announce(address); !announced)
        return failed(announced.error());
    if (!listen.isLoopback)
        log(LogLevel::Warning, "listen",
            "anybody who reaches this address reads it, no token asked", {{"address", address}});
    log(LogLevel::Info, "ready", "listening on http://" + address,
        {{"instance", settings.instance}, {"version", MILLRACE_VERSION}});
    if (demo != nullptr) {
        const auto landed = [&engine] { return engine->status().landedRecords(); };
        if (const auto fed = demo->feed(landed); !fed)
            return failed(fed.error());
    }
    signals.wait();
    if (demo != nullptr)
        demo->endFeed();
    return 0;
}

} // namespace

int serve(const Options& options)
{
    SignalWatch signals(Limits{}.stopWaitMax);
    auto folder = DataFolder::open(options.dataDir);
    if (!folder)
        return failed(folder.error());
    engine::Settings settings = engineSettings(options);
    settings.dataDir = folder->path();
    if (settings.instance.empty()) {
        auto instance = folder->instance();
        if (!instance)
            return failed(instance.error());
        settings.instance = *instance;
    }
    const auto listen = http::ListenAddress::parse(options.listen);
    if (!listen)
        return failed(listen.error());
    std::optional<DemoHost> demo;
    postgres::Dsn questions{options.queryDatabase};
    if (options.demo) {
        auto started = DemoHost::start(*folder, options.demoRate);
        if (!started)
            return failed(started.error());
        demo.emplace(std::move(*started));
        demo->tell(settings);
        questions = demo->queryDatabase();
    }
    if (signals.stopWanted())
        return 0;
    return run(settings, std::move(questions), *listen, *folder, demo ? &*demo : nullptr, signals);
}

} // namespace millrace::app
