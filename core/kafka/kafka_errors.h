// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

struct rd_kafka_error_s;

namespace millrace::kafka {

/// Class of a librdkafka error code (rd_kafka_resp_err_t), by the error classes of the reliability
/// rules: transport, time-outs and moving leaders or coordinators are Retry; a refused login or TLS
/// handshake is Refused; missing rights are WaitForOperator; unknown topics are NotFound; damaged
/// data is Corrupt. Scope is Connection, except for misuse and fatal errors (Process) and Corrupt
/// (Batch).
[[nodiscard]] Error kafkaError(int code, std::string_view doing, std::string origin = {});

/// Success when null. Takes ownership.
Result<void> takeError(rd_kafka_error_s* error, std::string_view doing, std::string origin = {});

} // namespace millrace::kafka
