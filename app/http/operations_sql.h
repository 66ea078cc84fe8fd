// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/postgres/connection.h"
#include "core/schema/table_schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::http {

/// Answers about the control schema as JSON texts that the server makes: its numbers stay exact.
/// Errors are those of the session; an empty optional: there is no such thing.

Result<std::string> topicsJson(postgres::Connection& session);
Result<std::optional<std::string>> topicJson(postgres::Connection& session,
                                             const std::string& topic);

/// What a person wants of a topic; nothing: as it was.
struct TopicWish
{
    std::optional<bool> pause = {};
    std::optional<schema::Contract> contract = {};
};
/// Both or none. Errors: NotFound.
Result<void> stateWanted(postgres::Connection& session, const std::string& topic,
                         const TopicWish& wish);

struct Page
{
    std::int64_t limit = 100;
    std::string after = {}; ///< what `next` of the page before said; empty: the first
};

/// Newest first: {"schema_changes":[…],"next":…}.
Result<std::string> schemaChangesJson(postgres::Connection& session, const std::string& topic,
                                      const Page& page);

/// Empty texts do not filter.
struct LetterFilter
{
    std::string topic = {};
    std::string deadClass = {};
    std::string state = {};
    std::string from = {}; ///< at >= from; what PostgreSQL reads as a time
    std::string to = {};   ///< at < to
};
/// By topic and coordinates: {"dead_letters":[…],"next":…}. Values are cut after 4 KiB. A cursor or
/// a time that cannot be read: Code::InvalidInput.
Result<std::string> deadLettersJson(postgres::Connection& session, const LetterFilter& filter,
                                    const Page& page);

/// One row of millrace.job.
Result<std::optional<std::string>> jobJson(postgres::Connection& session, std::int64_t id);
/// An equal job that has not ended is given instead of a second one: a repeated request does no
/// harm. Errors: NotFound when there is no such topic.
Result<std::int64_t> insertJob(postgres::Connection& session, std::string_view kind,
                               const std::string& topic, const std::string& argumentsJson);
/// One that has ended stays as it is.
Result<void> cancelJob(postgres::Connection& session, std::int64_t id);

} // namespace millrace::http
