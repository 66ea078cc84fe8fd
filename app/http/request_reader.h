// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/address_ranges.h"
#include "app/http/exchange.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct MHD_Connection;

namespace millrace::http {

/// What stands before this server.
struct Front
{
    AddressRanges proxies = {}; ///< whose X-Forwarded-… are believed
    std::string base = {};      ///< "/millrace": every path may begin with it
};

/// The first header of that name.
[[nodiscard]] std::optional<std::string> headerOf(MHD_Connection* connection, const char* name);
[[nodiscard]] bool announcesBody(MHD_Connection* connection);

/// All but the body and the id. Nothing: it cannot be decoded.
[[nodiscard]] std::optional<Request> readRequest(MHD_Connection* connection, const char* url,
                                                 const char* method, const Front& front);

/// What is wrong with a request before anybody asks what it wants. `pieces`: of its first line.
[[nodiscard]] std::optional<std::string_view> faultOf(MHD_Connection* connection,
                                                      std::vector<std::string_view> pieces);

} // namespace millrace::http
