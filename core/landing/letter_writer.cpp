// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/letter_writer.h"

#include "core/base/hash.h"
#include "core/landing/headers_json.h"

#include <limits>

namespace millrace::landing {

namespace {

constexpr std::string_view contractClass = "contract";
constexpr std::string_view refusedClass = "refused_by_database";
constexpr HeaderCaps everyHeader{std::numeric_limits<std::size_t>::max(),
                                 std::numeric_limits<std::size_t>::max()};

} // namespace

control::DeadLetter& LetterWriter::begin(const control::PositionKey& key,
                                         const record::Message& message)
{
    control::DeadLetter& letter = m_letters.emplace_back();
    letter.key = key;
    letter.offset = message.offset;
    if (message.hasKey)
        letter.keyBytes = message.key;
    if (message.hasValue)
        letter.value = message.value.substr(0, m_limits.deadLetterValueBytesMax);
    letter.valueSize = static_cast<std::int64_t>(message.value.size());
    const Sha256 digest = sha256(message.value);
    letter.valueSha256.assign(digest.begin(), digest.end());
    letter.truncated = message.value.size() > m_limits.deadLetterValueBytesMax;
    if (!message.headers.empty())
        appendHeaders(letter.headersJson, message.headers, everyHeader);
    if (message.timestampMs != -1)
        letter.recordTimeMs = message.timestampMs;
    return letter;
}

void LetterWriter::add(const control::PositionKey& key, const record::Message& message,
                       const record::Reject& reject)
{
    control::DeadLetter& letter = begin(key, message);
    letter.deadClass = record::rejectClassName(reject.rejectClass);
    letter.reason = reject.reason;
    letter.column = reject.path;
}

void LetterWriter::add(const control::PositionKey& key, const record::Message& message,
                       const PlannedLetter& planned)
{
    control::DeadLetter& letter = begin(key, message);
    letter.deadClass = contractClass;
    letter.reason = planned.reason;
    letter.column = planned.column;
}

void LetterWriter::add(const control::PositionKey& key, const record::Message& message,
                       const RefusedRow& row)
{
    control::DeadLetter& letter = begin(key, message);
    letter.deadClass = refusedClass;
    letter.reason = row.reason;
    letter.column = row.column;
    letter.sqlState = row.sqlState;
}

} // namespace millrace::landing
