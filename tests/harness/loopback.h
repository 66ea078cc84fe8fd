// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace millrace::harness {

/// A loopback address that only this test process uses (127.a.b.c made of its pid), so that two
/// runs side by side never meet, whatever ports they pick.
[[nodiscard]] std::string ownAddress();

/// A TCP port that is free on ownAddress() and is not given out again by this process.
[[nodiscard]] int freePort();

/// A listening socket; throws HarnessError.
[[nodiscard]] int listenOn(const std::string& address, int port);
/// A connected socket that sends at once, or -1.
[[nodiscard]] int connectTo(const std::string& address, int port);
/// True when something accepts connections there.
[[nodiscard]] bool accepts(const std::string& address, int port);

/// No waiting for more to send (TCP_NODELAY).
void sendAtOnce(int socket);
/// False when the connection is lost before all is sent.
[[nodiscard]] bool sendAll(int socket, const char* data, std::size_t size);

} // namespace millrace::harness
