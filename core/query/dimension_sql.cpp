// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/dimension_sql.h"

#include "core/query/aggregate_words.h"

#include <algorithm>

namespace millrace::query {

namespace {

std::string lengthOf(const TimeBucket& bucket)
{
    return "'" + std::to_string(bucket.count) + " " +
           std::string(wordOf(bucketUnits(), bucket.unit)) + "'";
}

/// Local time that is there twice when clocks go back means the second of both to PostgreSQL; a
/// bucket begins with the first. Clocks go back an hour, on Lord Howe half of one.
std::string firstMoment(const std::string& local, const std::string& zone)
{
    const std::string moment = "(" + local + " AT TIME ZONE " + zone + ")";
    std::string sql = "CASE";
    for (const char* shift : {"'01:00'::interval", "'00:30'::interval"}) {
        const std::string earlier = "(" + moment + " - " + shift + ")";
        sql += " WHEN " + earlier + " AT TIME ZONE " + zone + " = " + local + " THEN " + earlier;
    }
    return sql + " ELSE " + moment + " END";
}

std::size_t decimalsOf(const std::string& text)
{
    const std::size_t dot = text.find('.');
    return dot == std::string::npos ? 0 : text.size() - dot - 1;
}

} // namespace

std::string bucketSql(const TimeBucket& bucket, const std::string& column, const std::string& zone)
{
    const bool isShort = bucket.unit == BucketUnit::Second || bucket.unit == BucketUnit::Minute ||
                         bucket.unit == BucketUnit::Hour;
    const std::string unit = "'" + std::string(wordOf(bucketUnits(), bucket.unit)) + "'";
    if (isShort && bucket.count == 1)
        return "date_trunc(" + unit + ", " + column + ", " + zone + ")";
    if (bucket.unit == BucketUnit::Second || bucket.unit == BucketUnit::Minute) {
        const char* larger = bucket.unit == BucketUnit::Second ? "'minute'" : "'hour'";
        return "CASE WHEN isfinite(" + column + ") THEN date_bin(" + lengthOf(bucket) +
               "::interval, " + column + ", date_trunc(" + larger + ", " + column + ", " + zone +
               ")) ELSE " + column + " END";
    }
    const std::string local = "(" + column + " AT TIME ZONE " + zone + ")";
    return firstMoment(bucket.count == 1 ? "date_trunc(" + unit + ", " + local + ")"
                                         : "date_bin(" + lengthOf(bucket) + "::interval, " + local +
                                               ", '2001-01-01'::timestamp)",
                       zone);
}

/// By remainders, which are exact; a quotient is rounded, and may be the next integer.
std::string binSql(const NumericBin& bin, const std::string& column, schema::ColumnType type)
{
    const std::string number = type == schema::ColumnType::Double
                                   ? "(" + column + "::text)::numeric" // a direct cast cuts digits
                                   : column + "::numeric";
    const std::string width = "'" + bin.width + "'::numeric";
    const std::string above = "mod(" + number + " - '" + bin.origin + "'::numeric, " + width + ")";
    const std::string decimals =
        std::to_string(std::max(decimalsOf(bin.width), decimalsOf(bin.origin)));
    return "CASE WHEN abs(" + number + ") = 'Infinity'::numeric THEN " + number + " ELSE round(" +
           number + " - mod(" + above + " + " + width + ", " + width + "), " + decimals + ") END";
}

} // namespace millrace::query
