// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/column_type.h"

#include <array>

namespace millrace::schema {

namespace {

constexpr std::uint8_t maskOf(std::initializer_list<Kind> kinds)
{
    KindSet set;
    for (const Kind kind : kinds)
        set.add(kind);
    return set.bits;
}

struct TypeFacts
{
    std::string_view sqlName;
    std::string_view shortName;
    std::uint32_t oid; ///< src/include/catalog/pg_type.dat; below 10,000 an oid never changes
    std::uint8_t holds;
};

constexpr std::uint8_t numberMask = maskOf({Kind::Int53, Kind::Int64, Kind::Double, Kind::Number});

constexpr std::array<TypeFacts, 7> facts{{
    {"boolean", "bool", 16, maskOf({Kind::Bool})},
    {"bigint", "bigint", 20, maskOf({Kind::Int53, Kind::Int64})},
    {"double precision", "double", 701, maskOf({Kind::Int53, Kind::Double})},
    {"numeric", "numeric", 1700, numberMask},
    {"timestamptz", "timestamptz", 1184, maskOf({Kind::Timestamp})},
    {"text", "text", 25, maskOf({Kind::Timestamp, Kind::String})},
    {"jsonb", "jsonb", 3802, maskOf({Kind::Json})},
}};

constexpr const TypeFacts& factsOf(ColumnType type)
{
    return facts[static_cast<std::size_t>(type)];
}

} // namespace

std::string_view sqlName(ColumnType type) noexcept
{
    return factsOf(type).sqlName;
}

std::string_view shortName(ColumnType type) noexcept
{
    return factsOf(type).shortName;
}

std::optional<ColumnType> columnTypeOfSqlName(std::string_view name) noexcept
{
    if (name == "bool")
        return ColumnType::Bool;
    if (name == "timestamp with time zone")
        return ColumnType::Timestamp;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        if (facts[i].sqlName == name)
            return static_cast<ColumnType>(i);
    }
    return std::nullopt;
}

Oid typeOid(ColumnType type) noexcept
{
    return Oid{factsOf(type).oid};
}

std::optional<ColumnType> columnTypeOfOid(Oid oid) noexcept
{
    for (std::size_t i = 0; i < facts.size(); ++i) {
        if (facts[i].oid == oid.value)
            return static_cast<ColumnType>(i);
    }
    return std::nullopt;
}

bool holds(ColumnType type, Kind kind) noexcept
{
    return (factsOf(type).holds & KindSet::mask(kind)) != 0;
}

KindSet heldOf(KindSet kinds, ColumnType type) noexcept
{
    return {static_cast<std::uint8_t>(kinds.bits & factsOf(type).holds)};
}

ColumnType numberType(KindSet kinds) noexcept
{
    const unsigned numbers = kinds.bits & numberMask;
    if ((numbers & ~unsigned{factsOf(ColumnType::BigInt).holds}) == 0)
        return ColumnType::BigInt;
    if ((numbers & ~unsigned{factsOf(ColumnType::Double).holds}) == 0)
        return ColumnType::Double;
    return ColumnType::Numeric;
}

bool isNumber(Kind kind) noexcept
{
    return (numberMask & KindSet::mask(kind)) != 0;
}

bool isNumber(ColumnType type) noexcept
{
    return type == ColumnType::BigInt || type == ColumnType::Double || type == ColumnType::Numeric;
}

} // namespace millrace::schema
