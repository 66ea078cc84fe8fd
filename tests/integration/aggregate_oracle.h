// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/query/catalogue.h"
#include "tests/integration/oracle_cell.h"

#include <map>
#include <string>
#include <vector>

namespace millrace::integration {

/// Rows of a table in the order of its catalogue columns.
struct Table
{
    const query::SourceTable* source = nullptr;
    std::vector<Cells> rows;
};

/// What a request must be answered with, by brute force over the rows; in no order. The columns are
/// the dimensions, the measures, and is_other where top has Other; sort and limit are not looked
/// at.
std::vector<Cells> expectedAnswer(const query::AggregateRequest& request,
                                  const std::map<std::string, Table>& tables);

/// The type in which each column of the answer is read.
std::vector<schema::ColumnType> answerTypes(const query::AggregateRequest& request,
                                            const std::map<std::string, Table>& tables);

} // namespace millrace::integration
