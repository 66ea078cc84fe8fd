// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

struct MHD_Daemon;
struct MHD_Response;
struct MHD_Connection;
struct z_stream_s; // zlib calls it z_stream

namespace millrace::http {

struct StopDaemon
{
    void operator()(MHD_Daemon* daemon) const noexcept; ///< waits for requests in progress
};
struct ReleaseResponse
{
    void operator()(MHD_Response* response) const noexcept;
};

struct EndDeflate
{
    void operator()(z_stream_s* stream) const noexcept;
};

[[nodiscard]] int socketOf(MHD_Connection* connection) noexcept;

using DaemonHandle = std::unique_ptr<MHD_Daemon, StopDaemon>;
using DeflateHandle = std::unique_ptr<z_stream_s, EndDeflate>;
using ResponseHandle = std::unique_ptr<MHD_Response, ReleaseResponse>;

} // namespace millrace::http
