// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/change.h"

namespace millrace::schema {

namespace {

std::string kindNames(KindSet kinds)
{
    std::string names;
    for (int i = 0; i < kindCount; ++i) {
        const auto kind = static_cast<Kind>(i);
        if (!kinds.has(kind))
            continue;
        names += names.empty() ? "" : ",";
        names += kindName(kind);
    }
    return names;
}

struct Describe
{
    std::string operator()(const CreateTable& change) const
    {
        return "create_table " + change.table;
    }
    std::string operator()(const AddColumn& change) const
    {
        return std::string(change.variant ? "variant_column " : "add_column ") +
               change.column.name + " " + std::string(sqlName(change.column.type)) + " (" +
               displayPath(change.column.path) + ")";
    }
    std::string operator()(const WidenColumn& change) const
    {
        return "widen_column " + change.column + " " + std::string(sqlName(change.from)) + " -> " +
               std::string(sqlName(change.to));
    }
    std::string operator()(const GrowKinds& change) const
    {
        return "grow_kinds " + change.column + " " + kindNames(change.kinds);
    }
    std::string operator()(const Overflow& change) const
    {
        return "overflow " + displayPath(change.path) + ": " + change.reason;
    }
};

} // namespace

std::string describe(const Change& change)
{
    return std::visit(Describe{}, change);
}

} // namespace millrace::schema
