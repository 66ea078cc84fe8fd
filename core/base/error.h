// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// What must be given up because of an error; the blast radius, smallest first.
enum class Scope : std::uint8_t {
    Record, ///< this record becomes a dead letter, its neighbours land
    Batch,  ///< the transaction is rolled back, the batch is read again from the stored position
    Connection, ///< the connection is dropped, positions are read again after reconnecting
    Process,    ///< the lane or the program stops with the reason
};

/// What kind of trouble it is, and so what is done about it (the classes of the reliability rules).
enum class Code : std::uint8_t {
    Retry,           ///< passes by itself: back-off with jitter, then the same again
    WaitForOperator, ///< disk full, login, privilege, standby: pause, alarm, keep trying slowly
    RefreshSchema,   ///< the catalogue is not what was planned with: read it again, plan again
    UserRule,        ///< a constraint or trigger of the users' own refuses the row: pause, alarm
    EncoderFault,    ///< the server calls our encoding malformed: stop the topic, keep evidence
    RecordRefused,   ///< the server refuses one record's data: isolate it
    TableLimit,      ///< too many columns: overflow
    LockTimeout,     ///< a table is locked by somebody: its topics step aside
    Fenced,          ///< another owner has taken the partition: give it up
    ConnectionLost,  ///< the peer is gone; what was in flight is in doubt
    Cancelled,       ///< we were told to stop
    NotFound,        ///< a named thing does not exist
    Refused,         ///< the peer refuses for good: bad login, bad configuration
    InvalidInput,    ///< settings, a request or a record that cannot be understood
    ProofFailed,     ///< the stream is not the one the position belongs to
    Corrupt,         ///< stored or delivered bytes are damaged
    Unsupported,     ///< asked for what this version or library cannot do
    Internal,        ///< an invariant of ours is broken: fail loudly
};

[[nodiscard]] std::string_view codeName(Code code) noexcept;
[[nodiscard]] std::string_view scopeName(Scope scope) noexcept;

struct Error
{
    Scope scope = Scope::Process;
    Code code = Code::Internal;
    std::string what;   ///< one sentence for a person, with the value that offended
    std::string origin; ///< "orders[3]@1842", "table orders, column price", or an SQLSTATE
};

/// "what (origin)", for logs and messages.
[[nodiscard]] std::string describe(const Error& error);

} // namespace millrace
