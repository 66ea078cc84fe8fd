// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/text.h"

#include <concepts>
#include <string>
#include <string_view>

namespace millrace::demo {

/// Writes one JSON object field by field, in order; numbers are given as they shall be written.
class JsonObject
{
public:
    JsonObject& text(std::string_view name, std::string_view value)
    {
        key(name);
        appendJsonString(m_json, value);
        return *this;
    }
    /// A number, `true`, `null`, or a whole object or array that is JSON already.
    JsonObject& raw(std::string_view name, std::string_view json)
    {
        key(name);
        m_json += json;
        return *this;
    }
    JsonObject& number(std::string_view name, std::integral auto value)
    {
        return raw(name, std::to_string(value));
    }
    JsonObject& boolean(std::string_view name, bool value)
    {
        return raw(name, value ? "true" : "false");
    }
    [[nodiscard]] std::string take() && { return std::move(m_json) + "}"; }

private:
    void key(std::string_view name)
    {
        if (m_json.size() > 1)
            m_json += ',';
        appendJsonString(m_json, name);
        m_json += ':';
    }

    std::string m_json = "{";
};

} // namespace millrace::demo
