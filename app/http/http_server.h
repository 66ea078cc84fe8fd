// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/http_handles.h"
#include "app/http/listen_address.h"
#include "core/base/result.h"

#include <memory>

namespace millrace::http {

/// An HTTP/1.1 server for requests without a body. Bounds: 256 connections (64 from one address
/// unless it is loopback), 32 KiB a connection for request line and headers (431 or 414 beyond),
/// 10 s without a byte, bodies refused (413). Two threads call the handler.
class HttpServer
{
public:
    /// Errors: Process, Refused.
    static Result<HttpServer> start(const ListenAddress& address, Handler handler);
    HttpServer(HttpServer&&) noexcept = default;
    HttpServer& operator=(HttpServer&&) noexcept = default;

    /// With the real port where 0 was asked for.
    [[nodiscard]] const ListenAddress& address() const noexcept { return m_address; }

private:
    HttpServer(ListenAddress address, std::unique_ptr<Handler> handler);

    ListenAddress m_address;
    std::unique_ptr<Handler> m_handler; ///< outlives the daemon: declared before it
    DaemonHandle m_daemon;
};

} // namespace millrace::http
