// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/postgres/connection.h"
#include "core/query/positions.h"

#include <string>
#include <vector>

namespace millrace::query {

/// As they are now, in one statement.
Result<PositionsByTopic> readPositions(postgres::Connection& session,
                                       const std::vector<std::string>& topics);

/// A moment of the database that other sessions can look at: its positions, read by a session that
/// may read the control schema, and the name by which the query role's session takes the same
/// moment. It can be taken until `release` or the next `hold` of that session.
struct Moment
{
    std::string id; ///< for SET TRANSACTION SNAPSHOT
    Positions positions;
};

/// Opens a transaction on `session` that holds the moment.
Result<Moment> holdMoment(postgres::Connection& session, const std::vector<std::string>& topics);
void releaseMoment(postgres::Connection& session) noexcept;

} // namespace millrace::query
