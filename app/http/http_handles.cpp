// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/http_handles.h"

#include <microhttpd.h>
#include <zlib.h>

namespace millrace::http {

void StopDaemon::operator()(MHD_Daemon* daemon) const noexcept
{
    MHD_stop_daemon(daemon);
}

void ReleaseResponse::operator()(MHD_Response* response) const noexcept
{
    MHD_destroy_response(response);
}

void EndDeflate::operator()(z_stream_s* stream) const noexcept
{
    deflateEnd(stream);
    delete stream;
}

int socketOf(MHD_Connection* connection) noexcept
{
    const MHD_ConnectionInfo* info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == nullptr ? -1 : info->connect_fd;
}

} // namespace millrace::http
