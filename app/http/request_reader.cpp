// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/request_reader.h"

#include "app/http/forwarding.h"
#include "app/http/percent.h"
#include "app/http/request_check.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>

#include <algorithm>

namespace millrace::http {

namespace {

struct QueryReader
{
    std::vector<std::pair<std::string, std::string>> parameters = {};
    bool isGood = true;

    static MHD_Result take(void* context, MHD_ValueKind, const char* name, const char* value)
    {
        auto& reader = *static_cast<QueryReader*>(context);
        auto key = percentDecoded(name);
        auto text = percentDecoded(value == nullptr ? "" : value);
        reader.isGood = reader.isGood && key && text;
        if (reader.isGood)
            reader.parameters.emplace_back(std::move(*key), std::move(*text));
        return reader.isGood ? MHD_YES : MHD_NO;
    }
};

struct HeaderReader
{
    std::vector<RawHeader> headers = {};

    static MHD_Result take(void* context, MHD_ValueKind, const char* name, std::size_t nameSize,
                           const char* value, std::size_t valueSize)
    {
        static_cast<HeaderReader*>(context)->headers.push_back(
            {{name, nameSize}, {value == nullptr ? "" : value, valueSize}});
        return MHD_YES;
    }
};

std::string remoteOf(MHD_Connection* connection)
{
    const MHD_ConnectionInfo* info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == nullptr || info->client_addr == nullptr)
        return {};
    const sockaddr* address = info->client_addr;
    const socklen_t size =
        address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    char text[INET6_ADDRSTRLEN] = "";
    ::getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    return text;
}

std::vector<RawHeader> headersOf(MHD_Connection* connection)
{
    HeaderReader reader;
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &HeaderReader::take, &reader);
    return std::move(reader.headers);
}

ForwardHeaders forwardHeadersOf(MHD_Connection* connection)
{
    ForwardHeaders found;
    for (const RawHeader& header : headersOf(connection)) {
        if (!isForwardHeader(header.name))
            continue;
        found.isAny = true;
        const bool isHost = isSameHeader(header.name, "x-forwarded-host");
        if (!isHost && !isSameHeader(header.name, "x-forwarded-for"))
            continue;
        std::string& text = isHost ? found.forwardedHost : found.forwardedFor;
        text += (text.empty() ? "" : ",") + std::string(header.value);
    }
    return found;
}

std::vector<std::string> withoutBase(std::vector<std::string> segments, const std::string& base)
{
    const auto wanted = pathSegments(base).value_or(std::vector<std::string>());
    const auto mismatch = std::ranges::mismatch(segments, wanted);
    if (mismatch.in2 == wanted.end())
        segments.erase(segments.begin(), mismatch.in1);
    return segments;
}

} // namespace

std::optional<std::string> headerOf(MHD_Connection* connection, const char* name)
{
    const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

bool announcesBody(MHD_Connection* connection)
{
    const auto length = headerOf(connection, "Content-Length");
    return (length && *length != "0") || headerOf(connection, "Transfer-Encoding");
}

std::optional<Request> readRequest(MHD_Connection* connection, const char* url, const char* method,
                                   const Front& front)
{
    auto segments = pathSegments(url);
    QueryReader query;
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, &QueryReader::take, &query);
    if (!segments || !query.isGood)
        return std::nullopt;
    Request request;
    request.method = method;
    request.base = front.base;
    request.segments = withoutBase(std::move(*segments), front.base);
    request.endsWithSlash = std::string_view(url).ends_with('/');
    request.parameters = std::move(query.parameters);
    request.host = headerOf(connection, "Host");
    request.origin = headerOf(connection, "Origin");
    request.accept = headerOf(connection, "Accept");
    request.authorization = headerOf(connection, "Authorization");
    request.contentType = headerOf(connection, "Content-Type");
    request.ifNoneMatch = headerOf(connection, "If-None-Match");
    request.acceptEncoding = headerOf(connection, "Accept-Encoding");
    request.remote = remoteOf(connection);
    applyForwarding(request, forwardHeadersOf(connection), front.proxies);
    return request;
}

std::optional<std::string_view> faultOf(MHD_Connection* connection,
                                        std::vector<std::string_view> pieces)
{
    const std::vector<RawHeader> headers = headersOf(connection);
    for (const RawHeader& header : headers) {
        pieces.push_back(header.name);
        if (!header.value.empty())
            pieces.push_back(header.value);
    }
    const MHD_ConnectionInfo* info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (!isAllTold({pieces.front().data(), info->header_size}, pieces))
        return "no zero bytes, and a header is one line";
    return faultOf(headers);
}

} // namespace millrace::http
