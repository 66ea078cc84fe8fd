// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_values.h"

#include "app/http/address_ranges.h"
#include "app/http/listen_address.h"
#include "app/http/percent.h"
#include "core/base/text.h"
#include "core/kafka/client_settings.h"
#include "core/postgres/conn_info.h"

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

namespace millrace::app {

namespace {

constexpr std::size_t nameBytesMax = 200; ///< leaves room for "-<lane>" in Kafka's 249
constexpr std::size_t identifierBytesMax = 63;

bool isPlainName(std::string_view text)
{
    return !text.empty() && text.size() <= nameBytesMax && isUtf8(text) &&
           std::none_of(text.begin(), text.end(), [](char letter) {
               return static_cast<unsigned char>(letter) <= ' ' || letter == 0x7f;
           });
}

bool isPort(std::string_view text)
{
    unsigned port = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    return read.ec == std::errc{} && read.ptr == end && port >= 1 && port <= 65'535;
}

/// host, host:port or [address]:port, with an optional "SASL_SSL://" before it.
bool isBroker(std::string_view text)
{
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos)
        text.remove_prefix(scheme + 3);
    const auto bracket = text.rfind(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const std::string_view host = text.substr(0, colon);
    const bool hasPort = colon != std::string_view::npos;
    return isPlainName(host) && host.find_first_of("/@") == std::string_view::npos &&
           (!hasPort || isPort(text.substr(colon + 1)));
}

} // namespace

std::optional<bool> readOnOff(std::string_view text) noexcept
{
    if (text == "on" || text == "true" || text == "yes" || text == "1")
        return true;
    if (text == "off" || text == "false" || text == "no" || text == "0")
        return false;
    return {};
}

std::string tomlString(std::string_view text)
{
    std::string quoted;
    appendJsonString(quoted, text); // a JSON string is a basic string of TOML
    return quoted;
}

std::optional<std::string> setBrokers(Options& options, const std::string& text)
{
    std::string_view rest = text;
    while (true) {
        const auto comma = rest.find(',');
        if (!isBroker(rest.substr(0, comma)))
            return "HOST:PORT, several with commas between (localhost:9092)";
        if (comma == std::string_view::npos)
            break;
        rest.remove_prefix(comma + 1);
    }
    options.brokers = text;
    return {};
}

std::optional<std::string> setTopics(Options& options, const std::string& text)
{
    try {
        if (text.empty() || std::regex(text).mark_count() > 100)
            return "a regular expression";
    } catch (const std::regex_error& error) {
        return std::string("a regular expression (") + error.what() + ")";
    }
    options.topics = text;
    return {};
}

std::optional<std::string> setGroup(Options& options, const std::string& text)
{
    if (!isPlainName(text))
        return "a name of 1 to 200 bytes without spaces";
    options.group = text;
    return {};
}

std::optional<std::string> setInstance(Options& options, const std::string& text)
{
    const bool plain = std::all_of(text.begin(), text.end(), [](char letter) {
        return std::string_view("._-").find(letter) != std::string_view::npos ||
               (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
               (letter >= 'A' && letter <= 'Z');
    });
    if (!plain || !isPlainName(text))
        return "1 to 200 letters, digits, points, lines and underscores";
    options.instance = text;
    return {};
}

std::optional<std::string> setKafka(Options& options, const std::string& text)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return "KEY=VALUE (security.protocol=SASL_SSL)";
    const std::string key = text.substr(0, equals);
    if (const auto allowed = kafka::checkProperty(key); !allowed)
        return "a property that may be set: " + allowed.error().what;
    options.kafka.emplace_back(key, text.substr(equals + 1));
    return {};
}

namespace {

std::optional<std::string> setDsn(std::string& dsn, const std::string& text)
{
    if (text.empty() || !postgres::ConnInfo::parse(text))
        return "postgresql://user@host:port/name, or host=… dbname=… user=…";
    dsn = text;
    return {};
}

std::string showDsn(const std::string& dsn)
{
    return dsn.empty() ? "" : tomlString(postgres::Dsn{dsn}.masked());
}

} // namespace

std::optional<std::string> setDatabase(Options& options, const std::string& text)
{
    return setDsn(options.database, text);
}

std::optional<std::string> setQueryDatabase(Options& options, const std::string& text)
{
    return setDsn(options.queryDatabase, text);
}

std::optional<std::string> setSchema(Options& options, const std::string& text)
{
    const bool reserved =
        text == "millrace" || text == "information_schema" || text.starts_with("pg_");
    if (reserved || !isPlainName(text) || text.size() > identifierBytesMax)
        return "the name of a schema, up to 63 bytes, not millrace, pg_… or information_schema";
    options.schema = text;
    return {};
}

std::optional<std::string> setIndex(Options& options, const std::string& text)
{
    if (text != "brin" && text != "none")
        return "brin or none";
    options.brinIndex = text == "brin";
    return {};
}

std::optional<std::string> setListen(Options& options, const std::string& text)
{
    if (const auto address = http::ListenAddress::parse(text); !address)
        return "ADDRESS:PORT, port 0 for a free one (127.0.0.1:8080, [::1]:8080, localhost:8080)";
    options.listen = text;
    return {};
}

std::optional<std::string> setProxies(Options& options, const std::string& text)
{
    const auto ranges = http::AddressRanges::parse(text);
    if (!ranges || ranges->isEmpty())
        return "numeric addresses or ADDRESS/BITS, with commas between (127.0.0.1, 10.0.0.0/8)";
    options.proxies = text;
    return {};
}

std::optional<std::string> setBasePath(Options& options, const std::string& text)
{
    const auto isPlain = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') ||
               std::string_view("/._~-").find(letter) != std::string_view::npos;
    };
    const auto segments = http::pathSegments(text);
    if (!segments || segments->empty() || text.ends_with('/') ||
        !std::all_of(text.begin(), text.end(), isPlain))
        return "/PATH of letters, digits and .-_~, without a slash at its end (/millrace)";
    options.basePath = text;
    return {};
}

std::optional<std::string> setHostNames(Options& options, const std::string& text)
{
    std::vector<std::string> names;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        std::string name;
        for (const char letter : part) {
            if (letter != ' ')
                name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        }
        if (!isPlainName(name) || name.find_first_of("/:@") != std::string::npos ||
            (name != "*" && name.find('*') != std::string::npos))
            return "names without port, with commas between (millrace.example.com), or * for all";
        names.push_back(std::move(name));
    }
    if (names.empty())
        return "names without port, with commas between (millrace.example.com), or * for all";
    options.hostNames = std::move(names);
    return {};
}

std::optional<std::string> setLogFormatOption(Options& options, const std::string& text)
{
    if (text != "text" && text != "json")
        return "text or json";
    options.logFormat = text == "json" ? LogFormat::Json : LogFormat::Text;
    return {};
}

std::string showKafka(const Options& options)
{
    std::string shown;
    for (const auto& [key, value] : options.kafka) {
        const bool secret = kafka::isSecretProperty(key);
        shown += (shown.empty() ? "" : ", ") + tomlString(key + "=" + (secret ? "***" : value));
    }
    return shown.empty() ? "" : "[" + shown + "]";
}

std::string showDatabase(const Options& options)
{
    return showDsn(options.database);
}

std::string showQueryDatabase(const Options& options)
{
    return showDsn(options.queryDatabase);
}

std::string showIndex(const Options& options)
{
    return options.brinIndex ? "\"brin\"" : "\"none\"";
}

std::string showHostNames(const Options& options)
{
    std::string shown;
    for (const std::string& name : options.hostNames)
        shown += (shown.empty() ? "" : ",") + name;
    return shown.empty() ? "" : tomlString(shown);
}

std::string showLogFormat(const Options& options)
{
    return options.logFormat == LogFormat::Json ? "\"json\"" : "\"text\"";
}

} // namespace millrace::app
