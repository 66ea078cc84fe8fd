// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace::query {

/// A constant of a request as it was written: text that PostgreSQL reads as the column's type.
/// Numbers keep all their digits. Nothing is null.
using Constant = std::optional<std::string>;

/// A column of the source, or `look-up alias.column`.
using ColumnName = std::string;

/// All rows of a table, or of each value of `latestPer` the row with the greatest
/// (_time, _partition, _offset): topics are logs of changes, and people ask about what is.
struct Source
{
    std::string table; ///< table or topic
    std::vector<std::string> latestPer = {};
    bool operator==(const Source&) const = default;
};

/// Left join to another source's latest row per its `on` columns; never multiplies rows.
struct LookUp
{
    std::string table;
    std::string as; ///< alias; default the table's name
    struct Pair
    {
        ColumnName left;   ///< of the source or of a look-up before this one
        std::string right; ///< of the looked-up table
        bool operator==(const Pair&) const = default;
    };
    std::vector<Pair> on;
    bool operator==(const LookUp&) const = default;
};

enum class FilterOp : std::uint8_t {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Between,    ///< from, to: from <= x < to
    Contains,   ///< text search: x holds the text, letters' case ignored
    StartsWith, ///< case matters
    IsNull,
    IsNotNull,
};

/// `orNull` lets rows pass whose column is null as well. NotEqual and NotIn do not match null,
/// as in SQL.
struct Filter
{
    ColumnName column;
    FilterOp op = FilterOp::Equal;
    std::vector<Constant> values = {};
    bool orNull = false;
    bool operator==(const Filter&) const = default;
};
/// At least one of them holds. All groups of a request must hold.
using FilterGroup = std::vector<Filter>;

enum class BucketUnit : std::uint8_t { Second, Minute, Hour, Day, Week, Month, Quarter, Year };

/// Local time of `zone` is cut, so that a day has 23 or 25 hours where the zone says so.
struct TimeBucket
{
    int count = 1; ///< of Second, Minute, Hour or Day; the others only 1
    BucketUnit unit = BucketUnit::Day;
    std::string zone = "UTC"; ///< of the IANA list
    bool operator==(const TimeBucket&) const = default;
};

/// The bin's lower edge, origin + n × width; decimal texts.
struct NumericBin
{
    std::string width;
    std::string origin = "0";
    bool operator==(const NumericBin&) const = default;
};

struct Dimension
{
    ColumnName column;
    std::string as = {}; ///< name in the answer; default the column's own
    std::optional<TimeBucket> bucket = {};
    std::optional<NumericBin> bin = {};
    bool operator==(const Dimension&) const = default;
};

enum class MeasureKind : std::uint8_t {
    Count, ///< of rows; takes no column
    CountNonNull,
    CountDistinct, ///< null is not counted
    Sum,
    Average,
    Min,
    Max,
    Deviation,     ///< sample standard deviation
    Percentile,    ///< continuous, at `fraction`
    ShareTrue,     ///< of the non-null values of a boolean
    PercentOfTotal ///< this group's sum of the column, or its rows without one, in the total's
};

struct Measure
{
    MeasureKind kind = MeasureKind::Count;
    ColumnName column = {};
    std::string as = {};                 ///< default: "count", "sum_amount", "p95_amount"
    std::optional<double> fraction = {}; ///< of Percentile, 0 to 1
    bool operator==(const Measure&) const = default;
};

/// On a measure by its name in the answer.
struct Having
{
    std::string measure;
    FilterOp op = FilterOp::Greater; ///< comparisons, Between and null tests
    std::vector<Constant> values = {};
    bool operator==(const Having&) const = default;
};

/// The `count` groups of the first dimension with the greatest `by`; the others become one group,
/// computed from the rows, so it is right for measures that do not add up.
struct TopN
{
    int count = 10;
    std::string by = {};              ///< a measure's name in the answer; default the first
    bool ascending = false;           ///< the smallest instead
    bool withOther = true;            ///< false: the others are left out
    std::string otherLabel = "Other"; ///< in the extra boolean column `is_other` it is true as well
    bool operator==(const TopN&) const = default;
};

struct SortKey
{
    std::string name; ///< a dimension or measure in the answer
    bool descending = false;
    bool nullsFirst = false;
    bool operator==(const SortKey&) const = default;
};

struct AggregateRequest
{
    Source source;
    std::vector<LookUp> lookUps = {};
    std::vector<FilterGroup> where = {};
    std::vector<Dimension> dimensions = {};
    std::vector<Measure> measures = {}; ///< none: distinct values of the dimensions
    std::vector<Having> having = {};
    std::optional<TopN> top = {};
    std::vector<SortKey> sort = {}; ///< default: the dimensions in order
    std::optional<std::int64_t> limit = {};
    bool operator==(const AggregateRequest&) const = default;
};

/// Bounds of a request; beyond them it is refused with the bound.
struct RequestLimits
{
    int lookUpsMax = 3;
    int dimensionsMax = 8;
    int measuresMax = 32;
    int filtersMax = 64;   ///< of all groups
    int valuesMax = 1'000; ///< of one filter
    std::size_t constantBytesMax = 4'096;
    int keysMax = 8; ///< of latest per, and of one look-up
    std::int64_t limitMax = 1'000'000;
    int topMax = 1'000;
};

} // namespace millrace::query
