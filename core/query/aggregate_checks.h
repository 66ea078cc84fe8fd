// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/query/catalogue.h"
#include "core/query/constant_check.h"
#include "core/query/problem.h"

#include <string>
#include <string_view>

namespace millrace::query {

/// The first twenty problems of a request.
class ProblemList
{
public:
    void add(Problem problem)
    {
        constexpr std::size_t most = 20;
        if (m_problems.size() < most)
            m_problems.push_back(std::move(problem));
    }
    [[nodiscard]] bool empty() const noexcept { return m_problems.empty(); }
    [[nodiscard]] Problems take() { return std::move(m_problems); }

private:
    Problems m_problems;
};

/// "where[2]", and what a person wrote, in quotes and cut to a line.
[[nodiscard]] std::string at(std::string_view field, std::size_t index);
[[nodiscard]] std::string shown(std::string_view written);

/// Whether values of both types are compared exactly.
[[nodiscard]] bool canJoin(schema::ColumnType left, schema::ColumnType right) noexcept;
/// Of a measure's values; for counts numeric, so that having may compare them with any number.
[[nodiscard]] schema::ColumnType measureType(MeasureKind kind, schema::ColumnType column) noexcept;

/// Whether operator, constants and column fit each other.
void checkFilter(const Filter& filter, schema::ColumnType type, const std::string& field,
                 const RequestLimits& limits, ProblemList& problems);
void checkHaving(const Having& having, schema::ColumnType type, const std::string& field,
                 const RequestLimits& limits, ProblemList& problems);
void checkDimension(const Dimension& dimension, schema::ColumnType type, const std::string& field,
                    ProblemList& problems);
/// `column` is null when there is none or it is unknown.
void checkMeasure(const Measure& measure, const SourceColumn* column, const std::string& field,
                  ProblemList& problems);

} // namespace millrace::query
