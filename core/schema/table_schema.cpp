// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/table_schema.h"

#include "core/base/text.h"

namespace millrace::schema {

namespace {

bool readsPlainly(std::string_view key)
{
    if (key.empty())
        return false;
    for (const char character : key) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte <= 0x20 || character == '.' || character == '"' || character == '\\')
            return false;
    }
    return true;
}

} // namespace

std::string displayPath(const Path& path)
{
    if (path.empty())
        return "(message)";
    std::string text;
    for (const std::string& key : path) {
        if (!text.empty())
            text += '.';
        if (readsPlainly(key))
            text += key;
        else
            appendJsonString(text, key);
    }
    return text;
}

std::string_view contractName(Contract contract) noexcept
{
    switch (contract) {
    case Contract::Evolve:
        return "evolve";
    case Contract::Freeze:
        return "freeze";
    case Contract::Strict:
        break;
    }
    return "strict";
}

std::optional<Contract> contractOf(std::string_view name) noexcept
{
    for (const Contract contract : {Contract::Evolve, Contract::Freeze, Contract::Strict}) {
        if (contractName(contract) == name)
            return contract;
    }
    return std::nullopt;
}

std::string_view namingName(Naming naming) noexcept
{
    return naming == Naming::Snake ? "snake" : "exact";
}

std::optional<Naming> namingOf(std::string_view name) noexcept
{
    for (const Naming naming : {Naming::Snake, Naming::Exact}) {
        if (namingName(naming) == name)
            return naming;
    }
    return std::nullopt;
}

} // namespace millrace::schema
