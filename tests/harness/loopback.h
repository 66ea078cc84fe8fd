// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace::harness {

/// A loopback address that only this test process uses (127.a.b.c made of its pid), so that two
/// runs side by side never meet, whatever ports they pick.
[[nodiscard]] std::string ownAddress();

/// A TCP port that is free on ownAddress() and is not given out again by this process.
[[nodiscard]] int freePort();

/// True when something accepts connections there.
[[nodiscard]] bool accepts(const std::string& address, int port);

} // namespace millrace::harness
