// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/kinds.h"

namespace millrace::schema {

std::string_view kindName(Kind kind) noexcept
{
    switch (kind) {
    case Kind::Bool:
        return "bool";
    case Kind::Int53:
        return "int53";
    case Kind::Int64:
        return "int64";
    case Kind::Double:
        return "double";
    case Kind::Number:
        return "number";
    case Kind::Timestamp:
        return "timestamp";
    case Kind::String:
        return "string";
    case Kind::Json:
        break;
    }
    return "json";
}

} // namespace millrace::schema
