// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/bucket_oracle.h"

#include <QDateTime>
#include <QTimeZone>

namespace millrace::integration {

namespace {

using query::BucketUnit;

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3'600 * second;
constexpr std::int64_t day = 24 * hour;

std::int64_t floorTo(std::int64_t value, std::int64_t step)
{
    const std::int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

std::int64_t offsetAt(const QTimeZone& zone, std::int64_t moment)
{
    return zone.offsetFromUtc(
               QDateTime::fromSecsSinceEpoch(floorTo(moment, second) / second, Qt::UTC)) *
           second;
}

std::int64_t localStart(const query::TimeBucket& bucket, std::int64_t local)
{
    const std::int64_t midnight = floorTo(local, day);
    const QDate date = QDateTime::fromSecsSinceEpoch(midnight / second, Qt::UTC).date();
    const auto atDate = [](QDate wanted) {
        return wanted.startOfDay(Qt::UTC).toSecsSinceEpoch() * second;
    };
    switch (bucket.unit) {
    case BucketUnit::Hour:
        return midnight + floorTo(local - midnight, bucket.count * hour);
    case BucketUnit::Day: {
        const std::int64_t origin = bucket.count == 1 ? 0 : atDate(QDate(2001, 1, 1));
        return origin + floorTo(local - origin, bucket.count * day);
    }
    case BucketUnit::Week:
        return atDate(date.addDays(1 - date.dayOfWeek()));
    case BucketUnit::Month:
        return atDate(QDate(date.year(), date.month(), 1));
    case BucketUnit::Quarter:
        return atDate(QDate(date.year(), (date.month() - 1) / 3 * 3 + 1, 1));
    default:
        return atDate(QDate(date.year(), 1, 1));
    }
}

} // namespace

std::int64_t bucketStart(const query::TimeBucket& bucket, std::int64_t moment)
{
    const QTimeZone zone(QByteArray::fromStdString(bucket.zone));
    const std::int64_t local = moment + offsetAt(zone, moment);
    const bool isShort = bucket.unit == BucketUnit::Second || bucket.unit == BucketUnit::Minute ||
                         (bucket.unit == BucketUnit::Hour && bucket.count == 1);
    if (isShort) {
        const std::int64_t unit = bucket.unit == BucketUnit::Second   ? second
                                  : bucket.unit == BucketUnit::Minute ? 60 * second
                                                                      : hour;
        return moment - (local - floorTo(local, unit * bucket.count));
    }
    const std::int64_t start = localStart(bucket, local);
    const std::int64_t before = offsetAt(zone, start - day);
    const std::int64_t after = offsetAt(zone, start + day);
    const std::int64_t first = start - std::max(before, after);
    const std::int64_t last = start - std::min(before, after);
    for (const std::int64_t candidate : {first, last})
        if (candidate + offsetAt(zone, candidate) == start)
            return candidate;
    return start - before; // in the hour that is skipped
}

} // namespace millrace::integration
