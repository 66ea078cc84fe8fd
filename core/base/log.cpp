// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include "core/base/text.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace millrace {

namespace {

std::atomic<LogFormat> currentFormat{LogFormat::Text};

std::string_view levelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return "debug";
    case LogLevel::Info:
        return "info";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Alarm:
        break;
    }
    return "alarm";
}

std::string utcNow()
{
    using namespace std::chrono;
    const auto now = system_clock::now();
    const auto millis = duration_cast<milliseconds>(now.time_since_epoch()).count() % 1000;
    const std::time_t seconds = system_clock::to_time_t(now);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 40> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 16> tail{};
    std::snprintf(tail.data(), tail.size(), ".%03dZ", static_cast<int>(millis));
    return std::string(text.data(), size) + tail.data();
}

void appendJsonPair(std::string& line, std::string_view name, std::string_view value)
{
    line += line.size() > 1 ? "," : "";
    appendJsonString(line, name);
    line += ':';
    appendJsonString(line, printable(value));
}

bool needsQuotes(std::string_view value)
{
    return value.empty() || value.find_first_of(" \"=") != std::string_view::npos;
}

} // namespace

std::string formatLogLine(LogFormat format, std::string_view time, LogLevel level,
                          std::string_view code, std::string_view text,
                          std::initializer_list<LogField> fields)
{
    std::string line;
    if (format == LogFormat::Json) {
        line = "{";
        appendJsonPair(line, "time", time);
        appendJsonPair(line, "level", levelName(level));
        appendJsonPair(line, "code", code);
        appendJsonPair(line, "text", text);
        for (const LogField& field : fields)
            appendJsonPair(line, field.name, field.value);
        return line + "}";
    }
    line.append(time).append(" ").append(levelName(level)).append(" ").append(code);
    line.append(": ").append(printable(text));
    for (const LogField& field : fields) {
        line.append(" ").append(field.name).append("=");
        const std::string value = printable(field.value);
        if (needsQuotes(value))
            appendJsonString(line, value);
        else
            line += value;
    }
    return line;
}

void log(LogLevel level, std::string_view code, std::string_view text,
         std::initializer_list<LogField> fields)
{
    std::string line = formatLogLine(currentFormat.load(), utcNow(), level, code, text, fields);
    line += '\n';
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void setLogFormat(LogFormat format) noexcept
{
    currentFormat = format;
}

} // namespace millrace
