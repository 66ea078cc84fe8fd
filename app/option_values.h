// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::app {

/// How one value is read and shown. Reading returns what is allowed ("a whole number from 1 to 64")
/// when the text is not that; showing gives TOML, empty for an unset value.
using CheckText = std::optional<std::string> (*)(Options& options, const std::string& text);

[[nodiscard]] std::optional<bool> readOnOff(std::string_view text) noexcept;
[[nodiscard]] std::string tomlString(std::string_view text);

template<bool Options::*member>
std::optional<std::string> setOnOff(Options& options, const std::string& text)
{
    const auto value = readOnOff(text);
    if (!value)
        return "on or off";
    options.*member = *value;
    return {};
}

template<bool Options::*member>
std::string showOnOff(const Options& options)
{
    return options.*member ? "true" : "false";
}

template<std::int64_t Options::*member, std::int64_t least, std::int64_t most>
std::optional<std::string> setNumber(Options& options, const std::string& text)
{
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value < least || value > most)
        return "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    options.*member = value;
    return {};
}

template<std::int64_t Options::*member>
std::string showNumber(const Options& options)
{
    return std::to_string(options.*member);
}

template<std::string Options::*member>
std::string showText(const Options& options)
{
    return (options.*member).empty() ? "" : tomlString(options.*member);
}

template<std::vector<std::string> Options::*member>
std::optional<std::string> addWord(Options& options, const std::string& text)
{
    (options.*member).push_back(text);
    return {};
}

template<std::filesystem::path Options::*member>
std::optional<std::string> setPath(Options& options, const std::string& text)
{
    if (text.empty() || text.find('\0') != std::string::npos)
        return "a path";
    options.*member = text;
    return {};
}

template<std::filesystem::path Options::*member>
std::string showPath(const Options& options)
{
    return (options.*member).empty() ? "" : tomlString((options.*member).string());
}

std::optional<std::string> setBrokers(Options& options, const std::string& text);
std::optional<std::string> setTopics(Options& options, const std::string& text);
std::optional<std::string> setGroup(Options& options, const std::string& text);
std::optional<std::string> setInstance(Options& options, const std::string& text);
std::optional<std::string> setKafka(Options& options, const std::string& text);
std::optional<std::string> setDatabase(Options& options, const std::string& text);
std::optional<std::string> setQueryDatabase(Options& options, const std::string& text);
std::optional<std::string> setSchema(Options& options, const std::string& text);
std::optional<std::string> setIndex(Options& options, const std::string& text);
std::optional<std::string> setListen(Options& options, const std::string& text);
std::optional<std::string> setProxies(Options& options, const std::string& text);
std::optional<std::string> setBasePath(Options& options, const std::string& text);
std::optional<std::string> setHostNames(Options& options, const std::string& text);
std::optional<std::string> setLogFormatOption(Options& options, const std::string& text);

[[nodiscard]] std::string showKafka(const Options& options);
[[nodiscard]] std::string showDatabase(const Options& options);
[[nodiscard]] std::string showQueryDatabase(const Options& options);
[[nodiscard]] std::string showIndex(const Options& options);
[[nodiscard]] std::string showHostNames(const Options& options);
[[nodiscard]] std::string showLogFormat(const Options& options);

} // namespace millrace::app
