// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/kafka_errors.h"

#include <librdkafka/rdkafka.h>

namespace millrace::kafka {

namespace {

struct Class
{
    Scope scope;
    Code code;
};

Class classOf(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
    case RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE:
        return {Scope::Connection, Code::Refused};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return {Scope::Connection, Code::WaitForOperator};
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        return {Scope::Connection, Code::NotFound};
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
        return {Scope::Batch, Code::Corrupt};
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        return {Scope::Process, Code::InvalidInput};
    case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
        return {Scope::Process, Code::Unsupported};
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
        return {Scope::Process, Code::Fenced};
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__STATE:
    case RD_KAFKA_RESP_ERR__CONFLICT:
        return {Scope::Process, Code::Internal};
    default:
        return {Scope::Connection, Code::Retry};
    }
}

} // namespace

Error kafkaError(int code, std::string_view doing, std::string origin)
{
    const auto errorCode = static_cast<rd_kafka_resp_err_t>(code);
    const auto [scope, kind] = classOf(errorCode);
    std::string what(doing);
    what += ": ";
    what += rd_kafka_err2str(errorCode);
    if (origin.empty())
        origin = rd_kafka_err2name(errorCode);
    return Error{scope, kind, std::move(what), std::move(origin)};
}

Result<void> takeError(rd_kafka_error_s* error, std::string_view doing, std::string origin)
{
    if (error == nullptr)
        return {};
    Error made = kafkaError(rd_kafka_error_code(error), doing, std::move(origin));
    made.what = std::string(doing) + ": " + rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    return made;
}

} // namespace millrace::kafka
