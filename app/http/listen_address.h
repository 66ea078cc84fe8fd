// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::http {

/// "host", "host:port", "[address]:port" taken apart; all empty when it is none of these.
struct HostAndPort
{
    std::string host; ///< without brackets
    std::string_view port;
    bool hasBrackets = false;
};
[[nodiscard]] HostAndPort splitHost(std::string_view text);

[[nodiscard]] bool isV4Address(const std::string& host);
/// 127.0.0.0/8 or ::1.
[[nodiscard]] bool isLoopbackAddress(const std::string& host);

/// A numeric address and a port to listen on; "localhost" stands for 127.0.0.1.
struct ListenAddress
{
    std::string host; ///< without brackets
    std::uint16_t port = 0;
    bool isV6 = false;
    bool isLoopback = false;

    /// "127.0.0.1:8080", "[::1]:0", "localhost:8080". Errors: Process, InvalidInput.
    static Result<ListenAddress> parse(std::string_view text);
    [[nodiscard]] std::string text() const; ///< as parse() takes it
};

/// A listening TCP socket and the port it really has.
class ListenSocket
{
public:
    /// Errors: Process, Refused, with what the system says.
    static Result<ListenSocket> open(const ListenAddress& address);
    ListenSocket(ListenSocket&& other) noexcept;
    ListenSocket& operator=(ListenSocket&&) = delete;
    ~ListenSocket();

    [[nodiscard]] const ListenAddress& address() const noexcept { return m_address; }
    [[nodiscard]] int release() noexcept; ///< the caller closes it

private:
    ListenSocket(int descriptor, ListenAddress address);

    int m_descriptor = -1;
    ListenAddress m_address;
};

} // namespace millrace::http
