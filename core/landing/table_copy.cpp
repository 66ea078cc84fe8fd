// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/table_copy.h"

#include "core/base/failpoint.h"
#include "core/base/hash.h"
#include "core/landing/table_copy_sql.h"

#include <algorithm>
#include <charconv>

namespace millrace::landing {

namespace {

constexpr std::size_t blockBytes = 512u << 10; // handed to the socket while the server works
constexpr std::size_t evidenceBytesMax = 256;

std::chrono::microseconds since(SteadyTime begun)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(steadyNow() - begun);
}

} // namespace

RowSource TableCopy::sourceOf(const CopyJob& job, std::uint32_t message)
{
    return {&job.messages[message], &job.decoded->records[message],
            job.generations.empty() ? job.generation : job.generations[message],
            job.headersJson.empty() ? std::string_view() : job.headersJson[message]};
}

Result<void> TableCopy::copy(const CopyJob& job)
{
    m_encoder.begin(*job.schema, job.columns, *job.planner, *job.paths);
    if (auto done = copyRange(job, job.rows); !done)
        return explain(job, job.rows, done.error());
    return {};
}

Result<void> TableCopy::copyRange(const CopyJob& job, std::span<const std::uint32_t> rows)
{
    if (auto begun = m_connection.copyBegin(copyRowsSql(job.table, *job.schema, job.columns));
        !begun)
        return begun;
    m_encoder.clear();
    SteadyTime begun = steadyNow();
    m_encoder.addHeader();
    for (const std::uint32_t row : rows) {
        m_encoder.addRow(sourceOf(job, row), *job.decoded);
        if (m_encoder.bytes().size() < blockBytes)
            continue;
        if (auto sent = flush(begun); !sent)
            return sent;
    }
    m_encoder.addTrailer();
    if (auto sent = flush(begun); !sent)
        return sent;
    const auto stored = m_connection.copyFinish();
    if (!stored)
        return stored.error();
    if (*stored != std::ssize(rows))
        return Error{Scope::Batch, Code::UserRule,
                     "of " + std::to_string(rows.size()) + " rows only " + std::to_string(*stored) +
                         " were stored: a trigger drops rows",
                     "table " + job.table.name};
    return {};
}

Result<void> TableCopy::flush(SteadyTime& begun)
{
    m_encodeTime += since(begun);
    auto sent = m_connection.copyWrite(m_encoder.bytes());
    m_encoder.clear();
    failpoint("commit.in_copy");
    begun = steadyNow();
    return sent;
}

Result<std::vector<RefusedRow>> TableCopy::copyCarefully(const CopyJob& job, int refusedMax)
{
    m_encoder.begin(*job.schema, job.columns, *job.planner, *job.paths);
    std::vector<RefusedRow> refused;
    std::vector<std::span<const std::uint32_t>> open{job.rows};
    while (!open.empty()) {
        const auto rows = open.back();
        open.pop_back();
        if (rows.empty())
            continue;
        if (const auto done = m_connection.execute(savepointSql()); !done)
            return done.error();
        if (auto done = copyRange(job, rows); !done) {
            const Error error = done.error();
            if (error.code != Code::RecordRefused || m_connection.isBroken())
                return explain(job, rows, error);
            const std::size_t hint = hintedRow(rows.size());
            if (rows.size() == 1)
                refused.push_back(refusedRow(rows.front()));
            if (std::ssize(refused) > refusedMax)
                return Error{Scope::Batch, Code::Corrupt,
                             "the database refuses more than " + std::to_string(refusedMax) +
                                 " rows of one batch: " + error.what,
                             "table " + job.table.name + ", " + error.origin};
            if (const auto back = m_connection.execute(rollbackToSavepointSql()); !back)
                return back.error();
            if (rows.size() == 1)
                continue;
            open.push_back(rows.subspan(hint + 1));
            open.push_back(rows.subspan(hint, 1));
            open.push_back(rows.first(hint));
            continue;
        }
        if (const auto done = m_connection.execute(releaseSavepointSql()); !done)
            return done.error();
    }
    std::ranges::sort(refused, {}, &RefusedRow::message);
    return refused;
}

/// "COPY orders, line 17, column price": index of that row; the middle when the message says
/// nothing.
std::size_t TableCopy::hintedRow(std::size_t count) const
{
    const std::string& context = m_connection.lastError().context;
    constexpr std::string_view mark = ", line ";
    std::size_t line = 0;
    if (const auto at = context.find(mark); at != std::string::npos) {
        const char* begin = context.data() + at + mark.size();
        std::from_chars(begin, context.data() + context.size(), line);
    }
    return line >= 1 && line <= count ? line - 1 : count / 2;
}

RefusedRow TableCopy::refusedRow(std::uint32_t message) const
{
    const postgres::ServerError& error = m_connection.lastError();
    RefusedRow row{message, error.sqlState, error.message, error.column};
    constexpr std::string_view mark = ", column ";
    const auto at = error.context.find(mark);
    if (row.column.empty() && at != std::string::npos) {
        const auto begin = at + mark.size();
        row.column = error.context.substr(begin, error.context.find(':', begin) - begin);
    }
    return row;
}

/// For a fault of our own encoding: the bytes that the server did not understand.
Error TableCopy::explain(const CopyJob& job, std::span<const std::uint32_t> rows, Error error)
{
    if (error.code != Code::EncoderFault || rows.empty())
        return error;
    const std::uint32_t row = rows[hintedRow(rows.size())];
    const record::Message& message = job.messages[row];
    m_encoder.clear();
    m_encoder.addRow(sourceOf(job, row), *job.decoded);
    error.what += "; the row of partition " + std::to_string(message.partition.value) +
                  ", offset " + std::to_string(message.offset.value) + " begins " +
                  hex(m_encoder.bytes().substr(0, evidenceBytesMax));
    return error;
}

} // namespace millrace::landing
