// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/oracle_cell.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>

namespace millrace::integration {

using schema::ColumnType;
using Kind = Cell::Kind;
using Wide = Cell::Wide;

Cell exactCell(Wide value)
{
    return {Kind::Exact, value, 0, {}};
}

Cell realCell(double value)
{
    return {Kind::Real, 0, value, {}};
}

namespace {

std::int64_t microseconds(const std::string& text)
{
    QString iso = QString::fromStdString(text);
    iso.replace(' ', 'T');
    if (iso.endsWith("+00"))
        iso.replace(iso.size() - 3, 3, "Z");
    const qsizetype dot = iso.indexOf('.');
    std::int64_t fraction = 0;
    if (dot >= 0) {
        qsizetype end = dot + 1;
        while (iso[end].isDigit())
            ++end;
        fraction = iso.mid(dot + 1, end - dot - 1).leftJustified(6, '0').toLongLong();
        iso.remove(dot, end - dot);
    }
    return QDateTime::fromString(iso, Qt::ISODate).toSecsSinceEpoch() * 1'000'000 + fraction;
}

} // namespace

Wide scaled(const std::string& text)
{
    Wide value = 0;
    int decimals = -1;
    for (const char c : text) {
        if (c == '.')
            decimals = 0;
        if (c < '0' || c > '9' || decimals == 4)
            continue;
        value = value * 10 + (c - '0');
        decimals += decimals >= 0 ? 1 : 0;
    }
    for (decimals = std::max(decimals, 0); decimals < 4; ++decimals)
        value *= 10;
    return text.starts_with('-') ? -value : value;
}

double Cell::number() const
{
    return kind == Kind::Real ? real : static_cast<double>(static_cast<long double>(exact) / scale);
}

int Cell::compare(const Cell& other) const
{
    if (isNull() || other.isNull())
        return int(isNull()) - int(other.isNull());
    if (kind == Kind::Text)
        return text.compare(other.text);
    if (kind == Kind::Exact && other.kind == Kind::Exact)
        return exact < other.exact ? -1 : int(exact > other.exact);
    const double left = number();
    const double right = other.number();
    if (std::isnan(left) || std::isnan(right))
        return int(std::isnan(left)) - int(std::isnan(right));
    return left < right ? -1 : int(left > right);
}

Cell cellOf(const std::optional<std::string>& text, ColumnType type)
{
    if (!text)
        return {};
    switch (type) {
    case ColumnType::Bool:
        return exactCell(text->starts_with('t') ? 1 : 0);
    case ColumnType::BigInt:
    case ColumnType::Numeric:
        return *text == "NaN" ? realCell(std::nan("")) : exactCell(scaled(*text));
    case ColumnType::Double:
        return realCell(std::stod(*text));
    case ColumnType::Timestamp:
        return exactCell(microseconds(*text));
    default:
        return {Kind::Text, 0, 0, *text};
    }
}

bool agrees(const Cell& have, const Cell& wanted)
{
    if (have.kind != Kind::Real && wanted.kind != Kind::Real)
        return have.kind == wanted.kind && have.compare(wanted) == 0;
    if (have.isNull() || wanted.isNull())
        return have.isNull() && wanted.isNull();
    const double left = have.number();
    const double right = wanted.number();
    if (std::isnan(left) || std::isnan(right))
        return std::isnan(left) && std::isnan(right);
    return std::abs(left - right) <= 1e-9 * std::max({1.0, std::abs(left), std::abs(right)});
}

} // namespace millrace::integration
