// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_rules.h"

#include "app/option_values.h"
#include "core/base/nearest_name.h"

#include <algorithm>
#include <array>

namespace millrace::app {

namespace {

constexpr std::string_view run = "What to run";
constexpr std::string_view kafkaGroup = "Kafka";
constexpr std::string_view databaseGroup = "Database";
constexpr std::string_view bounds = "Speed and bounds";
constexpr std::string_view program = "This program";

template<bool Options::*member>
constexpr OptionRule onOff(OptionKind kind, std::string_view name, std::string_view group,
                           std::string_view help)
{
    const std::string_view valueName = kind == OptionKind::Value ? "on|off" : "";
    return {name, group, kind, valueName, help, false, setOnOff<member>, showOnOff<member>};
}

template<std::int64_t Options::*member, std::int64_t least, std::int64_t most>
constexpr OptionRule number(std::string_view name, std::string_view group, std::string_view help)
{
    return {name,
            group,
            OptionKind::Value,
            "N",
            help,
            false,
            setNumber<member, least, most>,
            showNumber<member>};
}

template<std::string Options::*member>
constexpr OptionRule text(std::string_view name, std::string_view group, std::string_view valueName,
                          std::string_view help, CheckText check)
{
    OptionRule rule{name, group, OptionKind::Value, valueName, help, false, check, nullptr};
    rule.show = showText<member>;
    return rule;
}

template<std::filesystem::path Options::*member>
constexpr OptionRule path(std::string_view name, std::string_view valueName, std::string_view help)
{
    constexpr auto kind = OptionKind::Value;
    return {name, program, kind, valueName, help, false, setPath<member>, showPath<member>};
}

template<std::vector<std::string> Options::*member>
constexpr OptionRule words(std::string_view name, std::string_view valueName, std::string_view help)
{
    constexpr auto kind = OptionKind::Words;
    const auto unshown = [](const Options&) { return std::string(); };
    return {name, program, kind, valueName, help, false, addWord<member>, unshown};
}

constexpr auto asSwitch = OptionKind::Switch;
constexpr auto asAction = OptionKind::Action;

constexpr std::array rules = {
    onOff<&Options::serve>(asSwitch, "serve", run, "no window: ingest, and answer HTTP"),
    onOff<&Options::demo>(asSwitch, "demo", run, "own database and broker, and a sample stream"),
    number<&Options::demoRate, 1, 100'000>("demo-rate", run, "sample messages a second"),
    onOff<&Options::demoFeed>(asSwitch, "demo-feed", run,
                              "only feed the sample stream to --brokers"),
    onOff<&Options::ingest>(OptionKind::Value, "ingest", run,
                            "off: only show what other workers write"),

    text<&Options::brokers>("brokers", kafkaGroup, "HOST:PORT,...", "where Kafka is", setBrokers),
    text<&Options::topics>("topics", kafkaGroup, "REGEX",
                           "topics by whole name; default: all but internal ones", setTopics),
    text<&Options::group>("group", kafkaGroup, "NAME", "consumer group, one for all workers",
                          setGroup),
    text<&Options::instance>("instance", kafkaGroup, "NAME",
                             "name of this worker; default: host and data folder", setInstance),
    OptionRule{"kafka", kafkaGroup, OptionKind::List, "KEY=VALUE",
               "a property of the Kafka client; repeatable", true, setKafka, showKafka},
    onOff<&Options::acceptCluster>(asSwitch, "accept-cluster", kafkaGroup,
                                   "go on when topics come from another cluster"),

    OptionRule{"database", databaseGroup, OptionKind::Value, "URL", "URL or key=value text", true,
               setDatabase, showDatabase},
    OptionRule{"query-database", databaseGroup, OptionKind::Value, "URL",
               "login for questions; default: a role millrace_query that is made", true,
               setQueryDatabase, showQueryDatabase},
    text<&Options::schema>("schema", databaseGroup, "NAME", "schema of the data tables", setSchema),
    OptionRule{"index", databaseGroup, OptionKind::Value, "brin|none", "the index every table gets",
               false, setIndex, showIndex},
    number<&Options::rewriteLimitMb, 0, 1'048'576>(
        "rewrite-limit-mb", databaseGroup, "larger tables never change a column's type in place"),

    number<&Options::lanes, 0, 64>("lanes", bounds,
                                   "threads that ingest; 0: one a core, at most 4"),
    number<&Options::batchRecords, 1, 1'000'000>("batch-records", bounds,
                                                 "most messages of one transaction"),
    number<&Options::batchBytes, 1'024, 1'073'741'824>("batch-bytes", bounds,
                                                       "most bytes of one transaction"),
    number<&Options::batchWaitMs, 1, 10'000>("batch-wait-ms", bounds,
                                             "longest wait for a batch to fill"),
    number<&Options::valueLimitMb, 1, 256>("value-limit-mb", bounds,
                                           "a larger value becomes a dead letter"),

    text<&Options::listen>("listen", program, "HOST:PORT",
                           "where --serve answers; port 0: a free one", setListen),
    path<&Options::tokenFile>("token-file", "FILE",
                              "tokens that let in; default: tokens in the data folder"),
    onOff<&Options::noToken>(asSwitch, "no-token", program,
                             "let in anybody who reaches --listen, to do everything"),
    path<&Options::tlsCertificate>("tls-certificate", "FILE",
                                   "PEM, the server's own first; makes --listen TLS"),
    path<&Options::tlsKey>("tls-key", "FILE", "PEM, readable by its owner alone"),
    text<&Options::proxies>("proxies", program, "ADDRESS,...",
                            "whose X-Forwarded-For and -Host are believed; also 10.0.0.0/8",
                            setProxies),
    text<&Options::basePath>("base-path", program, "/PATH",
                             "what every path begins with for others", setBasePath),
    OptionRule{"host-names", program, OptionKind::Value, "NAME,...",
               "further names to answer to where no token is asked for; *: all", false,
               setHostNames, showHostNames},
    path<&Options::dataDir>("data-dir", "FOLDER", "what this worker keeps"),
    path<&Options::config>("config", "FILE", "settings in TOML"),
    OptionRule{"log-format", program, OptionKind::Value, "text|json", "log lines as", false,
               setLogFormatOption, showLogFormat},
    words<&Options::token>("token", "add|remove|list NAME",
                           "make a token and print it, take it back, or list them, exit"),
    words<&Options::scope>("scope", "SCOPE...", "what that token may: read, sql, operate, admin"),
    onOff<&Options::check>(asAction, "check", program,
                           "try every connection, say what fails and the mend, exit"),
    onOff<&Options::printConfig>(asAction, "print-config", program,
                                 "print the settings in effect, secrets masked, exit"),
    onOff<&Options::version>(asAction, "version", program, "print the version, exit"),
    onOff<&Options::help>(asAction, "help", program, "print this, exit"),
};

} // namespace

std::span<const OptionRule> optionRules() noexcept
{
    return rules;
}

const OptionRule* ruleOf(std::string_view name) noexcept
{
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [name](const OptionRule& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

std::string environmentName(const OptionRule& rule)
{
    std::string name = "MILLRACE_";
    for (const char letter : rule.name)
        name += letter == '-' ? '_' : static_cast<char>(letter - 'a' + 'A');
    return name;
}

std::string_view nearestOption(std::string_view written)
{
    std::array<std::string_view, rules.size()> names;
    std::transform(rules.begin(), rules.end(), names.begin(),
                   [](const OptionRule& rule) { return rule.name; });
    return nearestName(written, names);
}

} // namespace millrace::app
