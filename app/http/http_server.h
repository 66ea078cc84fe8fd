// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/address_ranges.h"
#include "app/http/answer_pool.h"
#include "app/http/listen_address.h"
#include "app/http/patience.h"
#include "app/http/routes.h"
#include "app/http/tls_identity.h"
#include "core/base/result.h"

#include <memory>
#include <optional>
#include <string>

namespace millrace::http {

struct ServerOptions
{
    Patience patience = {};
    PoolLimits pool = {};
    std::optional<TlsIdentity> identity = {}; ///< with one it speaks TLS, and nothing else
    AddressRanges proxies = {};               ///< whose X-Forwarded-… are believed
    std::string basePath = {}; ///< "/millrace": every path may begin with it, links of ours do
};

/// An HTTP/1.1 server. Bounds: Patience with its clients, 32 KiB a connection for request line and
/// headers (431 or 414 beyond), 1 MiB of body (413) whose length must be told (411). Two threads
/// serve the connections and answer quick routes, an AnswerPool the slow ones (429 when it is
/// full). Where there are proxies, one address may have all connections.
class HttpServer
{
public:
    /// `routes` outlive it. Errors: Process, Refused.
    static Result<HttpServer> start(const ListenAddress& address, const Routes& routes,
                                    ServerOptions options = {});
    HttpServer(HttpServer&&) noexcept;
    HttpServer& operator=(HttpServer&&) noexcept;
    ~HttpServer(); ///< slow answers under way are told that nobody wants them

    /// With the real port where 0 was asked for.
    [[nodiscard]] const ListenAddress& address() const noexcept { return m_address; }

private:
    struct State;
    HttpServer(ListenAddress address, std::unique_ptr<State> state);

    ListenAddress m_address;
    std::unique_ptr<State> m_state;
};

} // namespace millrace::http
