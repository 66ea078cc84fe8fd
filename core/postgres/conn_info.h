// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::postgres {

/// The parameters of a connection string, as libpq parses URLs and key=value text; only those that
/// the text gives. Holds secrets: never logged.
class ConnInfo
{
public:
    /// Errors: Process, InvalidInput; the sentence quotes nothing of the text, which may hold a
    /// password in any place.
    static Result<ConnInfo> parse(const std::string& text);

    [[nodiscard]] std::string value(const std::string& key) const; ///< empty when not given
    void set(const std::string& key, std::string value);
    void setDefault(const std::string& key, std::string value);

    /// As Connection::open() takes it.
    [[nodiscard]] std::string text() const;

    /// One for each host of a list, each with its own port and address, so that every host gets its
    /// own share of the time to connect.
    [[nodiscard]] std::vector<ConnInfo> hosts() const;

    [[nodiscard]] const std::map<std::string, std::string>& values() const noexcept
    {
        return m_values;
    }

private:
    std::map<std::string, std::string> m_values;
};

} // namespace millrace::postgres
