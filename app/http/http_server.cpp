// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"

#include "app/http/answer_pool.h"
#include "app/http/connection_watch.h"
#include "app/http/http_handles.h"
#include "app/http/request_check.h"
#include "app/http/request_reader.h"
#include "app/http/slow_answer.h"
#include "core/base/hash.h"

#include <microhttpd.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <random>

namespace millrace::http {

namespace {

constexpr unsigned threads = 2;
constexpr std::size_t connectionBytesMax = 32 * 1'024;
constexpr std::size_t bodyBytesMax = std::size_t{1} << 20;
constexpr std::size_t streamBlockBytes = 64 * 1'024;

/// The library leaves the text as it is: percentDecoded() is stricter.
std::size_t leaveEscaped(void*, MHD_Connection*, char* text)
{
    return std::string_view(text).size();
}

WatchedConnection& watchedOf(MHD_Connection* connection)
{
    const MHD_ConnectionInfo* info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return *static_cast<WatchedConnection*>(info->socket_context);
}

/// The client that sent this may be anything: the connection ends with it.
Response badRequest(std::string code, std::string_view message)
{
    Response response = errorResponse(400, std::move(code), std::string(message));
    response.headers.emplace_back("Connection", "close");
    return response;
}

Response badEncoding(const Request&)
{
    return badRequest("encoding",
                      "path and query are UTF-8, percent-encoded, without \"..\" or an empty part");
}

MHD_Result queue(MHD_Connection* connection, const Response& response, const std::string& id,
                 ResponseHandle handle)
{
    if (!handle)
        return MHD_NO;
    const auto header = [&handle](const std::string& name, const std::string& value) {
        MHD_add_response_header(handle.get(), name.c_str(), value.c_str());
    };
    header("Content-Type", response.contentType);
    const bool isKept = std::ranges::any_of(
        response.headers, [](const auto& one) { return one.first == "Cache-Control"; });
    if (!isKept)
        header("Cache-Control", "no-store");
    header("X-Content-Type-Options", "nosniff");
    header("X-Request-Id", id);
    for (const auto& [name, value] : response.headers)
        header(name, value);
    watchedOf(connection).tell(Doing::Sending);
    return MHD_queue_response(connection, response.status, handle.get());
}

MHD_Result sendWhole(MHD_Connection* connection, const Response& response, const std::string& id)
{
    return queue(
        connection, response, id,
        ResponseHandle(MHD_create_response_from_buffer(
            response.body.size(), const_cast<char*>(response.body.data()), MHD_RESPMEM_MUST_COPY)));
}

ssize_t readStream(void* context, std::uint64_t, char* buffer, std::size_t bytesMax)
{
    return (*static_cast<std::shared_ptr<SlowAnswer>*>(context))->read(buffer, bytesMax);
}

void freeStream(void* context)
{
    delete static_cast<std::shared_ptr<SlowAnswer>*>(context);
}

MHD_Result sendStream(MHD_Connection* connection, const std::shared_ptr<SlowAnswer>& slow,
                      const std::string& id)
{
    auto* context = new std::shared_ptr<SlowAnswer>(slow); // freeStream
    ResponseHandle handle(MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, streamBlockBytes,
                                                            &readStream, context, &freeStream));
    if (!handle)
        freeStream(context);
    return queue(connection, slow->response(), id, std::move(handle));
}

/// What one request has come to; the library calls several times for it.
struct Visit
{
    std::string_view target = {}; ///< of the first line, up to a zero byte; where it came to stand
    bool isTarget = false;        ///< it was, before the library took it apart
    bool isOpen = false;
    bool endsByClosing = false; ///< HTTP/1.0
    Request request;
    Routed routed;
    std::shared_ptr<SlowAnswer> slow = {};
};

std::vector<MHD_OptionItem> tlsOptions(const std::optional<TlsIdentity>& identity)
{
    std::vector<MHD_OptionItem> options;
    const auto add = [&options](MHD_OPTION option, const char* text) {
        options.push_back({option, 0, const_cast<char*>(text)});
    };
    if (identity) {
        add(MHD_OPTION_HTTPS_MEM_KEY, identity->key());
        add(MHD_OPTION_HTTPS_MEM_CERT, identity->certificates());
        add(MHD_OPTION_HTTPS_PRIORITIES, tlsPriorities);
    }
    add(MHD_OPTION_END, nullptr);
    return options;
}

/// Why a body is not read.
std::optional<Response> bodyRefusal(MHD_Connection* connection, const Routed& routed)
{
    if (!routed.takesBody)
        return errorResponse(413, "body", "this path takes no request body");
    const auto length = headerOf(connection, "Content-Length");
    if (!length || headerOf(connection, "Transfer-Encoding"))
        return errorResponse(411, "length", "tell the length of the body: Content-Length");
    std::uint64_t bytes = 0;
    const auto read = std::from_chars(length->data(), length->data() + length->size(), bytes);
    if (read.ec == std::errc{} && bytes <= bodyBytesMax)
        return std::nullopt;
    return errorResponse(413, "body", "a body is at most 1 MiB");
}

/// Of a question: the token that was shown, or else the address.
std::optional<AnswerPool::Asker> askerOf(const Visit& visit)
{
    if (visit.routed.pace != Pace::Question)
        return std::nullopt;
    return hash64(visit.request.authorization.value_or(visit.request.remote));
}

} // namespace

struct HttpServer::State
{
    State(const Routes& shown, ServerOptions options)
        : routes(shown)
        , front{std::move(options.proxies), std::move(options.basePath)}
        , identity(std::move(options.identity))
        , watch(options.patience)
        , pool(options.pool)
    {
    }
    ~State()
    {
        isStopping = true;
        {
            std::unique_lock lock(earlyMutex);
            earlyDone.wait(lock, [this] { return early == 0; });
        }
        pool.close();
        daemon.reset();
    }

    MHD_Result request(MHD_Connection* connection, const char* url, const char* method,
                       const char* version, std::string_view body, Visit* visit)
    {
        if (visit == nullptr)
            return MHD_NO; // onTarget had no memory
        if (!std::exchange(visit->isOpen, true)) {
            visit->request.id = idPrefix + std::to_string(++requests);
            visit->endsByClosing = std::string_view(version) == MHD_HTTP_VERSION_1_0;
            const bool endsWithAZero = visit->target.data() + visit->target.size() + 1 != version;
            if (!isToken(method) || !visit->isTarget || endsWithAZero)
                return send(connection, badRequest("request", "the first line is METHOD /path"),
                            visit->request);
            if (const auto fault = faultOf(connection, {method, visit->target, version}))
                return send(connection, badRequest("request", *fault), visit->request);
            return open(connection, url, method, *visit);
        }
        if (!body.empty()) {
            visit->request.body += body;
            return visit->request.body.size() <= bodyBytesMax ? MHD_YES : MHD_NO;
        }
        if (!visit->slow)
            return answer(connection, *visit);
        if (!visit->slow->isReady())
            return MHD_YES;
        const Response& response = visit->slow->response();
        if (response.stream && visit->slow->wantsBody())
            return sendStream(connection, visit->slow, visit->request.id);
        return sendWhole(connection, response, visit->request.id);
    }

    /// A response queued here, at the first call, makes the server close without reading the body.
    MHD_Result open(MHD_Connection* connection, const char* url, const char* method, Visit& visit)
    {
        if (auto request = readRequest(connection, url, method, front)) {
            request->id = std::move(visit.request.id);
            visit.request = std::move(*request);
            visit.routed = routes.find(visit.request);
        } else {
            visit.routed = {Pace::Quick, &badEncoding, true};
        }
        if (!announcesBody(connection))
            return MHD_YES;
        if (visit.routed.isRefusal)
            return answer(connection, visit);
        if (auto refused = bodyRefusal(connection, visit.routed))
            return send(connection, std::move(*refused), visit.request);
        watchedOf(connection).tell(Doing::Reading);
        return MHD_YES;
    }

    static MHD_Result send(MHD_Connection* connection, Response response, const Request& request)
    {
        complete(response, request);
        return sendWhole(connection, response, request.id);
    }

    MHD_Result answer(MHD_Connection* connection, Visit& visit)
    {
        if (visit.routed.pace != Pace::Quick)
            return begin(connection, visit);
        return send(connection, visit.routed.answer(visit.request), visit.request);
    }

    MHD_Result begin(MHD_Connection* connection, Visit& visit)
    {
        watchedOf(connection).tell(Doing::Working);
        const std::string id = visit.request.id;
        const auto asker = askerOf(visit);
        visit.slow = std::make_shared<SlowAnswer>(
            connection, std::move(visit.request), std::move(visit.routed.answer),
            [this] { return isStopping.load(); }, visit.endsByClosing);
        visit.request.id = id;
        visit.slow->rest();
        if (visit.routed.early)
            tryEarly(visit.slow, visit.routed.early, asker);
        else
            giveToWorker(visit.slow, asker);
        return MHD_YES;
    }

    void tryEarly(const std::shared_ptr<SlowAnswer>& slow, const EarlyHandler& handler,
                  std::optional<AnswerPool::Asker> asker)
    {
        {
            const std::lock_guard lock(earlyMutex);
            ++early;
        }
        handler(slow->request(), [this, slow, asker](std::optional<Response> response) {
            if (response && !response->stream)
                slow->tell(std::move(*response));
            else
                giveToWorker(slow, asker, std::move(response));
            const std::lock_guard lock(earlyMutex);
            --early;
            earlyDone.notify_all();
        });
    }

    void giveToWorker(const std::shared_ptr<SlowAnswer>& slow,
                      std::optional<AnswerPool::Asker> asker, std::optional<Response> made = {})
    {
        if (pool.submit([slow, made = std::move(made)] { slow->work(made); }, asker))
            return;
        Response response = errorResponse(isStopping ? 503 : 429, "busy",
                                          "too many requests wait already; try again later");
        response.headers.emplace_back("Retry-After", "1");
        slow->tell(std::move(response));
    }

    static MHD_Result onRequest(void* context, MHD_Connection* connection, const char* url,
                                const char* method, const char* version, const char* data,
                                std::size_t* bytes, void** visit)
    {
        const std::string_view body(data == nullptr ? "" : data, data == nullptr ? 0 : *bytes);
        *bytes = 0;
        try {
            return static_cast<State*>(context)->request(connection, url, method, version, body,
                                                         static_cast<Visit*>(*visit));
        } catch (const std::exception&) {
            return MHD_NO; // memory is short: the connection closes
        }
    }

    /// Before the library takes the target apart. What it gives is the first value of `visit`.
    static void* onTarget(void*, const char* target, MHD_Connection*)
    {
        auto* visit = new (std::nothrow) Visit; // onCompleted
        if (visit != nullptr) {
            visit->target = target;
            visit->isTarget = isTarget(target);
        }
        return visit;
    }

    static void onCompleted(void*, MHD_Connection* connection, void** state,
                            MHD_RequestTerminationCode)
    {
        const std::unique_ptr<Visit> visit(static_cast<Visit*>(*state));
        *state = nullptr;
        if (visit && visit->slow)
            visit->slow->abandon();
        watchedOf(connection).tell(Doing::Waiting);
    }

    static void onConnection(void* context, MHD_Connection* connection, void** watched,
                             MHD_ConnectionNotificationCode code)
    {
        ConnectionWatch& watch = static_cast<State*>(context)->watch;
        if (code == MHD_CONNECTION_NOTIFY_STARTED)
            *watched = watch.add(socketOf(connection));
        else
            watch.forget(static_cast<WatchedConnection*>(*watched));
    }

    const Routes& routes;
    const Front front;
    const std::optional<TlsIdentity> identity; ///< the library keeps pointers to it
    std::string idPrefix = std::to_string(std::random_device{}() % 1'000'000) + "-";
    std::atomic<std::uint64_t> requests{0};
    std::atomic<bool> isStopping{false};
    ConnectionWatch watch;
    std::mutex earlyMutex; ///< guards the next one
    int early = 0;         ///< requests that are told from elsewhere
    std::condition_variable earlyDone;
    AnswerPool pool;
    DaemonHandle daemon;
};

HttpServer::HttpServer(ListenAddress address, std::unique_ptr<State> state)
    : m_address(std::move(address))
    , m_state(std::move(state))
{
}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer> HttpServer::start(const ListenAddress& address, const Routes& routes,
                                     ServerOptions options)
{
    Patience& patience = options.patience;
    patience.connectionsMax = roomForConnections(patience.connectionsMax);
    const auto libraryIdleMax = std::chrono::ceil<std::chrono::seconds>(patience.idleMax).count();
    const bool isShared = address.isLoopback || !options.proxies.isEmpty();
    const unsigned perAddressMax =
        isShared ? patience.connectionsMax : patience.connectionsPerAddressMax;
    auto socket = ListenSocket::open(address);
    if (!socket)
        return socket.error();
    const auto connectionsMax = patience.connectionsMax;
    auto state = std::make_unique<State>(routes, std::move(options));
    const ListenAddress bound = socket->address();
    const int descriptor = socket->release();
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
                           (state->identity ? MHD_USE_TLS : MHD_NO_FLAG);
    std::vector<MHD_OptionItem> tls = tlsOptions(state->identity);
    state->daemon.reset(MHD_start_daemon(
        flags, 0, nullptr, nullptr, &State::onRequest, state.get(), MHD_OPTION_LISTEN_SOCKET,
        descriptor, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT,
        connectionsMax, MHD_OPTION_PER_IP_CONNECTION_LIMIT, perAddressMax,
        MHD_OPTION_CONNECTION_TIMEOUT, static_cast<unsigned>(libraryIdleMax),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connectionBytesMax, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, &leaveEscaped, nullptr, MHD_OPTION_NOTIFY_COMPLETED,
        &State::onCompleted, nullptr, MHD_OPTION_NOTIFY_CONNECTION, &State::onConnection,
        state.get(), MHD_OPTION_URI_LOG_CALLBACK, &State::onTarget, nullptr, MHD_OPTION_ARRAY,
        tls.data(), MHD_OPTION_END));
    if (state->daemon)
        return HttpServer(bound, std::move(state));
    ::close(descriptor);
    return Error{Scope::Process, Code::Refused, "the HTTP server does not start", address.text()};
}

} // namespace millrace::http
