// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_server.h"

#include <microhttpd.h>
#include <unistd.h>

#include <exception>

namespace millrace::http {

namespace {

constexpr unsigned connectionsMax = 256;
constexpr unsigned connectionsPerAddressMax = 64;
constexpr unsigned idleSecondsMax = 10;
constexpr unsigned threads = 2;
constexpr std::size_t connectionBytesMax = 32 * 1'024;

/// Marks the second call of libmicrohttpd for one request; the first comes when its headers are
/// whole.
char headersSeen = 0;

const char* headerOf(MHD_Connection* connection, const char* name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

bool announcesBody(MHD_Connection* connection)
{
    const char* length = headerOf(connection, "Content-Length");
    return (length != nullptr && std::string_view(length) != "0") ||
           headerOf(connection, "Transfer-Encoding") != nullptr;
}

MHD_Result send(MHD_Connection* connection, const Response& response)
{
    ResponseHandle handle(MHD_create_response_from_buffer(
        response.body.size(), const_cast<char*>(response.body.data()), MHD_RESPMEM_MUST_COPY));
    if (!handle)
        return MHD_NO;
    const auto header = [&handle](const char* name, const std::string& value) {
        MHD_add_response_header(handle.get(), name, value.c_str());
    };
    header("Content-Type", response.contentType);
    header("Cache-Control", "no-store");
    header("X-Content-Type-Options", "nosniff");
    if (!response.allow.empty())
        header("Allow", response.allow);
    return MHD_queue_response(connection, response.status, handle.get());
}

MHD_Result answer(const Handler& handler, MHD_Connection* connection, const char* url,
                  const char* method, bool hasBody)
{
    Request request{method, url};
    if (const char* host = headerOf(connection, "Host"); host != nullptr)
        request.host = host;
    if (const char* origin = headerOf(connection, "Origin"); origin != nullptr)
        request.origin = origin;
    const Response response = handler(request);
    if (hasBody && response.status < 400)
        return send(connection, errorResponse(413, "body", "this server takes no request body"));
    return send(connection, response);
}

/// A response queued at the first call makes the server close without reading the body.
MHD_Result onRequest(void* context, MHD_Connection* connection, const char* url, const char* method,
                     const char*, const char*, size_t*, void** state)
{
    try {
        const bool isFirst = *state == nullptr;
        const bool hasBody = isFirst && announcesBody(connection);
        *state = &headersSeen;
        if (isFirst && !hasBody)
            return MHD_YES;
        return answer(*static_cast<const Handler*>(context), connection, url, method, hasBody);
    } catch (const std::exception&) {
        return MHD_NO; // memory is short: the connection closes
    }
}

} // namespace

HttpServer::HttpServer(ListenAddress address, std::unique_ptr<Handler> handler)
    : m_address(std::move(address))
    , m_handler(std::move(handler))
{
}

Result<HttpServer> HttpServer::start(const ListenAddress& address, Handler handler)
{
    auto socket = ListenSocket::open(address);
    if (!socket)
        return socket.error();
    HttpServer server(socket->address(), std::make_unique<Handler>(std::move(handler)));
    const int descriptor = socket->release();
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC;
    server.m_daemon.reset(MHD_start_daemon(
        flags, 0, nullptr, nullptr, &onRequest, server.m_handler.get(), MHD_OPTION_LISTEN_SOCKET,
        descriptor, MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT,
        connectionsMax, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        address.isLoopback ? connectionsMax : connectionsPerAddressMax,
        MHD_OPTION_CONNECTION_TIMEOUT, idleSecondsMax, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        connectionBytesMax, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END));
    if (server.m_daemon)
        return server;
    ::close(descriptor);
    return Error{Scope::Process, Code::Refused, "the HTTP server does not start", address.text()};
}

} // namespace millrace::http
