// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/serve.h"

#include "app/data_folder.h"
#include "app/demo_host.h"
#include "app/http/access_gate.h"
#include "app/http/all_routes.h"
#include "app/http/http_server.h"
#include "app/live_figures.h"
#include "app/signal_watch.h"
#include "app/tokens.h"
#include "core/base/log.h"
#include "core/engine/engine.h"

#include <atomic>

namespace millrace::app {

namespace {

/// What the HTTP pages look at; the engine appears when it has started.
struct Shown
{
    http::StatusSource source;
    http::CatalogueSource catalogue;
    http::QueryDesk questions;
    http::ControlDesk control;
    http::AccessGate gate;
    std::string access; ///< in words
    std::string instance;
    std::atomic<const engine::Engine*> engine{nullptr};

    [[nodiscard]] http::Live live() const
    {
        const engine::Engine* running = engine.load();
        http::Live live = running == nullptr ? http::Live{} : liveOf(running->status());
        live.access = access;
        return live;
    }
};

http::Routes routesOf(Shown& shown, bool loopbackOnly)
{
    const auto live = [&shown] { return shown.live(); };
    const auto gate = [&shown](const http::Request& request, http::Access needs) {
        return shown.gate.check(request, needs);
    };
    return http::Routes(http::allRoutes({shown.source, shown.catalogue, shown.questions,
                                         shown.control, live, shown.instance}),
                        loopbackOnly, gate);
}

int failed(const Error& error)
{
    log(LogLevel::Alarm, "start", describe(error));
    return 1;
}

void tellAccess(const http::AccessRules& access, const std::string& address)
{
    const bool isOpen = access.asksNoToken || !access.isLoopback;
    log(isOpen ? LogLevel::Warning : LogLevel::Info, "listen", access.text(),
        {{"address", address}});
    if (!access.isLoopback)
        log(LogLevel::Warning, "listen", "no TLS here: put it between this and others");
}

/// Where everything is known: engine and HTTP live until the first signal.
int run(const engine::Settings& settings, postgres::Dsn questions,
        const http::ListenAddress& listen, const http::AccessRules& access, DataFolder& folder,
        DemoHost* demo, SignalWatch& signals)
{
    std::unique_ptr<engine::Engine> engine;
    Shown shown{http::StatusSource(settings.database, settings.instance),
                {settings.database, settings.instance, settings.dataSchema},
                {settings.database, std::move(questions), settings.instance, settings.dataSchema,
                 shown.catalogue},
                {settings.database, settings.instance},
                http::AccessGate(access),
                access.text(),
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
    tellAccess(access, address);
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
    const auto access = accessRules(options, *listen);
    if (!access)
        return failed(access.error());
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
    return run(settings, std::move(questions), *listen, *access, *folder, demo ? &*demo : nullptr,
               signals);
}

} // namespace millrace::app
