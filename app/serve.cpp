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

#include <unistd.h>

#include <array>
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

http::Routes routesOf(Shown& shown, http::HostRules hosts)
{
    const auto live = [&shown] { return shown.live(); };
    const auto gate = [&shown](const http::Request& request, http::Access needs) {
        return shown.gate.check(request, needs);
    };
    return http::Routes(http::allRoutes({shown.source, shown.catalogue, shown.questions,
                                         shown.control, live, shown.instance}),
                        std::move(hosts), gate);
}

int failed(const Error& error)
{
    log(LogLevel::Alarm, "start", describe(error));
    return 1;
}

/// Where and to whom HTTP answers.
struct Door
{
    http::ListenAddress listen;
    http::AccessRules access;
    http::HostRules hosts;
    http::ServerOptions server;
};

/// Where no token keeps pages of others out, names do.
http::HostRules hostRulesOf(const Options& options, const http::AccessRules& access)
{
    http::HostRules rules;
    if (access.isLoopback)
        rules.names = http::Names::Loopback;
    else if (access.asksNoToken)
        rules.names = http::Names::Local;
    rules.asksProxiesToo = access.asksNoToken;
    rules.more = options.hostNames;
    std::array<char, 256> host{};
    if (!access.isLoopback && ::gethostname(host.data(), host.size() - 1) == 0)
        rules.more.emplace_back(host.data());
    return rules;
}

/// Nothing without --tls-certificate. What is told of it stands in the log.
Result<std::optional<http::TlsIdentity>> identityOf(const Options& options)
{
    if (options.tlsCertificate.empty())
        return std::optional<http::TlsIdentity>();
    auto read = http::readTls(options.tlsCertificate, options.tlsKey, std::time(nullptr));
    const std::string mend = read.check.passed ? "" : "; mend: " + read.check.mend;
    if (!read.identity)
        return Error{Scope::Process, Code::Refused, read.check.found + mend, "--tls-certificate"};
    log(read.check.passed ? LogLevel::Info : LogLevel::Warning, "tls", read.check.found + mend);
    return std::move(read.identity);
}

Result<Door> doorOf(const Options& options)
{
    const auto listen = http::ListenAddress::parse(options.listen);
    if (!listen)
        return listen.error();
    auto access = accessRules(options, *listen);
    if (!access)
        return access.error();
    auto identity = identityOf(options);
    if (!identity)
        return identity.error();
    http::HostRules hosts = hostRulesOf(options, *access);
    http::ServerOptions server;
    server.identity = std::move(*identity);
    server.proxies = http::AddressRanges::parse(options.proxies).value_or(http::AddressRanges());
    server.basePath = options.basePath;
    return Door{*listen, std::move(*access), std::move(hosts), std::move(server)};
}

void tellAccess(const http::AccessRules& access, const std::string& address, bool hasTls)
{
    const bool isOpen = access.asksNoToken || !access.isLoopback;
    log(isOpen ? LogLevel::Warning : LogLevel::Info, "listen", access.text(),
        {{"address", address}});
    if (!access.isLoopback && !hasTls)
        log(LogLevel::Warning, "listen",
            "no TLS here: put it between this and others, or say --tls-certificate");
}

/// Where everything is known: engine and HTTP live until the first signal.
int run(const engine::Settings& settings, postgres::Dsn questions, Door door, DataFolder& folder,
        DemoHost* demo, SignalWatch& signals)
{
    std::unique_ptr<engine::Engine> engine;
    Shown shown{http::StatusSource(settings.database, settings.instance),
                {settings.database, settings.instance, settings.dataSchema},
                {settings.database, std::move(questions), settings.instance, settings.dataSchema,
                 shown.catalogue},
                {settings.database, settings.instance},
                http::AccessGate(door.access),
                door.access.text(),
                settings.instance};
    const bool hasTls = door.server.identity.has_value();
    const http::Routes routes = routesOf(shown, std::move(door.hosts));
    const auto server = http::HttpServer::start(door.listen, routes, std::move(door.server));
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
    tellAccess(door.access, address, hasTls);
    log(LogLevel::Info, "ready",
        std::string("listening on ") + (hasTls ? "https://" : "http://") + address,
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
    auto door = doorOf(options);
    if (!door)
        return failed(door.error());
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
    return run(settings, std::move(questions), std::move(*door), *folder, demo ? &*demo : nullptr,
               signals);
}

} // namespace millrace::app
