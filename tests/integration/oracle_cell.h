// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/column_type.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace::integration {

/// One value, as the oracle counts: integers and numerics in ten thousandths, times in
/// microseconds since 1970, doubles as doubles. The wide integer is exact for all test data.
struct Cell
{
    enum class Kind : std::uint8_t { Null, Exact, Real, Text };
    static constexpr int scale = 10'000;
    Kind kind = Kind::Null;
    __extension__ typedef __int128 Wide;
    Wide exact = 0;
    double real = 0;
    std::string text = {};

    [[nodiscard]] bool isNull() const { return kind == Kind::Null; }
    [[nodiscard]] double number() const;
    /// As PostgreSQL orders values of one type: NaN is equal to itself and the greatest. Null last.
    [[nodiscard]] int compare(const Cell& other) const;
    bool operator<(const Cell& other) const { return compare(other) < 0; }
};
using Cells = std::vector<Cell>;

Cell exactCell(Cell::Wide value);
Cell realCell(double value);

/// Reads what PostgreSQL or a request wrote for a column of this type.
Cell cellOf(const std::optional<std::string>& text, schema::ColumnType type);

/// "-12.5" in ten thousandths.
Cell::Wide scaled(const std::string& text);

/// Equal, or but for rounding where one of them is a double.
bool agrees(const Cell& have, const Cell& wanted);

} // namespace millrace::integration
