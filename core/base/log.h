// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace millrace {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Alarm };
enum class LogFormat : std::uint8_t { Text, Json };

/// A named fact of a log line; the value is data and is escaped.
struct LogField
{
    std::string_view name;
    std::string value;

    LogField(std::string_view fieldName, std::string text)
        : name(fieldName)
        , value(std::move(text))
    {
    }
    LogField(std::string_view fieldName, std::string_view text)
        : name(fieldName)
        , value(text)
    {
    }
    LogField(std::string_view fieldName, const char* text)
        : name(fieldName)
        , value(text)
    {
    }
    LogField(std::string_view fieldName, std::int64_t number)
        : name(fieldName)
        , value(std::to_string(number))
    {
    }
};

/// One line an event, to standard error, written whole by one write. Control characters, escapes,
/// invalid UTF-8 and direction overrides in text and values are escaped; a value is cut at 2 KiB.
/// Never pass a secret: nothing here knows what is one. Any thread.
void log(LogLevel level, std::string_view code, std::string_view text,
         std::initializer_list<LogField> fields = {});

/// For the whole process, before threads start.
void setLogFormat(LogFormat format) noexcept;

/// What log() writes, without the line end; pure, for tests.
[[nodiscard]] std::string formatLogLine(LogFormat format, std::string_view time, LogLevel level,
                                        std::string_view code, std::string_view text,
                                        std::initializer_list<LogField> fields);

} // namespace millrace
