// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/landing/row_encoder.h"
#include "core/postgres/connection.h"
#include "core/schema/identifier.h"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// Rows of one topic on their way into its table. Everything must outlive the copy.
struct CopyJob
{
    schema::QualifiedName table;
    const schema::TableSchema* schema = nullptr;
    const Planner* planner = nullptr;
    const record::PathDictionary* paths = nullptr;
    const record::Decoded* decoded = nullptr;
    std::span<const record::Message> messages;
    std::span<const int> columns;        ///< of the COPY, as Planner::plan gave them
    std::span<const std::uint32_t> rows; ///< the messages that are rows, ascending
    Generation generation;
    std::span<const Generation> generations;  ///< by message, instead of `generation`; may be empty
    std::span<const std::string> headersJson; ///< by message, instead of its headers; may be empty
};

/// A row whose data the server does not take.
struct RefusedRow
{
    std::uint32_t message = 0;
    std::string sqlState;
    std::string reason;
    std::string column;
};

/// Sends rows by binary COPY inside the caller's transaction. One thread.
///
/// Errors: those of the connection in COPY. EncoderFault carries the first bytes of the row the
/// server stopped at; UserRule also when the server stored fewer rows than were sent (a trigger of
/// the users'). After an error the transaction is aborted, but for a refused row in copyCarefully.
class TableCopy
{
public:
    TableCopy(postgres::Connection& connection, RowEncoder& encoder)
        : m_connection(connection)
        , m_encoder(encoder)
    {
    }

    Result<void> copy(const CopyJob& job);

    /// The same under savepoints: ranges that hold a refused row are cut until it stands alone. The
    /// row number in the server's message is a hint where to cut first. Beyond `refusedMax` refused
    /// rows: Error Corrupt, the breaker's reason.
    Result<std::vector<RefusedRow>> copyCarefully(const CopyJob& job, int refusedMax);

    [[nodiscard]] std::chrono::microseconds encodeTime() const { return m_encodeTime; }

private:
    Result<void> copyRange(const CopyJob& job, std::span<const std::uint32_t> rows);
    Result<void> flush(SteadyTime& begun);
    Error explain(const CopyJob& job, std::span<const std::uint32_t> rows, Error error);
    [[nodiscard]] std::size_t hintedRow(std::size_t count) const;
    [[nodiscard]] RefusedRow refusedRow(std::uint32_t message) const;
    static RowSource sourceOf(const CopyJob& job, std::uint32_t message);

    postgres::Connection& m_connection;
    RowEncoder& m_encoder;
    std::chrono::microseconds m_encodeTime{0};
};

} // namespace millrace::landing
