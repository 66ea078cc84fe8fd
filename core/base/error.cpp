// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

namespace millrace {

std::string_view codeName(Code code) noexcept
{
    switch (code) {
    case Code::Retry:
        return "retry";
    case Code::WaitForOperator:
        return "wait_for_operator";
    case Code::RefreshSchema:
        return "refresh_schema";
    case Code::UserRule:
        return "user_rule";
    case Code::EncoderFault:
        return "encoder_fault";
    case Code::RecordRefused:
        return "record_refused";
    case Code::TableLimit:
        return "table_limit";
    case Code::LockTimeout:
        return "lock_timeout";
    case Code::Fenced:
        return "fenced";
    case Code::ConnectionLost:
        return "connection_lost";
    case Code::Cancelled:
        return "cancelled";
    case Code::NotFound:
        return "not_found";
    case Code::Refused:
        return "refused";
    case Code::InvalidInput:
        return "invalid_input";
    case Code::ProofFailed:
        return "proof_failed";
    case Code::Corrupt:
        return "corrupt";
    case Code::Unsupported:
        return "unsupported";
    case Code::Internal:
        break;
    }
    return "internal";
}

std::string_view scopeName(Scope scope) noexcept
{
    switch (scope) {
    case Scope::Record:
        return "record";
    case Scope::Batch:
        return "batch";
    case Scope::Connection:
        return "connection";
    case Scope::Process:
        break;
    }
    return "process";
}

std::string describe(const Error& error)
{
    return error.origin.empty() ? error.what : error.what + " (" + error.origin + ")";
}

} // namespace millrace
