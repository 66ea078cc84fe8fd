// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "app/http/http_handles.h"

#include <string>
#include <string_view>

namespace millrace::http {

/// Smaller ones are sent as they are.
inline constexpr std::size_t zippedBytesMin = 1'024;

/// The client takes gzip, and as gladly as the bytes themselves
/// (Accept-Encoding, RFC 9110 §12.5.3).
[[nodiscard]] bool takesGzip(const Request& request);

/// Compresses piece by piece in constant memory, quickly rather than well.
/// Throws bad_alloc.
class Gzip
{
public:
    Gzip();

    /// Appends to `out` what is ready; it may be nothing.
    void write(std::string_view bytes, std::string& out) { add(bytes, false, out); }
    void end(std::string& out) { add({}, true, out); }

private:
    void add(std::string_view bytes, bool isLast, std::string& out);

    DeflateHandle m_stream;
};

[[nodiscard]] std::string zipped(std::string_view bytes);

/// Compresses the body, or what will be streamed, where the client takes that and it is worth it.
void zip(Response& response, const Request& request);

} // namespace millrace::http
