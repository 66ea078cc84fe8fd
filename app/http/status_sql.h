// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/snapshot.h"
#include "core/postgres/connection.h"

#include <cstdint>
#include <vector>

namespace millrace::http {

Result<std::vector<TopicFigures>> readTopics(postgres::Connection& connection);
Result<std::vector<WorkerFigures>> readWorkers(postgres::Connection& connection);
Result<std::int64_t> countOpenAlarms(postgres::Connection& connection);

} // namespace millrace::http
