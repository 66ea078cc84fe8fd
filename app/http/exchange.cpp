// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/exchange.h"

#include "core/base/text.h"

namespace millrace::http {

Response errorResponse(unsigned status, const std::string& code, const std::string& message)
{
    Response response;
    response.status = status;
    response.body = "{\"error\": ";
    appendJsonString(response.body, code);
    response.body += ", \"message\": ";
    appendJsonString(response.body, message);
    response.body += "}\n";
    return response;
}

} // namespace millrace::http
