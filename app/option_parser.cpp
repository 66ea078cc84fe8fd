// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_parser.h"

#include "app/config_file.h"
#include "app/option_rules.h"
#include "core/base/text.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace millrace::app {

namespace {

constexpr int wordsMax = 4;

/// The values of one option from the place that wins, and how people call that place.
struct Given
{
    Source source = Source::Default;
    std::string place; ///< "--lanes", "MILLRACE_LANES", "lanes (millrace.toml:3)"
    std::vector<std::string> values;
};
using Flags = std::map<std::string, std::vector<std::string>, std::less<>>;

Error wrong(std::string what)
{
    return Error{Scope::Process, Code::InvalidInput, std::move(what), ""};
}

std::string flagName(const OptionRule& rule)
{
    return "--" + std::string(rule.name);
}

std::string helpOf(const OptionRule& rule)
{
    const std::string shown = rule.show(Options{});
    const bool plain = rule.kind == OptionKind::Value && !shown.empty();
    if (!plain)
        return std::string(rule.help);
    const std::string value = shown.front() == '"' ? shown.substr(1, shown.size() - 2) : shown;
    const bool isSwitch = rule.valueName == "on|off";
    return std::string(rule.help) + " [" + (isSwitch ? (value == "true" ? "on" : "off") : value) +
           "]";
}

/// The whole declaration as CLI11 sees it; values stay text, they are read in one place for all
/// sources.
void declare(CLI::App& parser)
{
    parser.name("millrace");
    parser.set_help_flag();
    parser.allow_extras();
    parser.get_formatter()->column_width(28);
    for (const OptionRule& rule : optionRules()) {
        const bool isSwitch = rule.kind == OptionKind::Switch || rule.kind == OptionKind::Action;
        const std::string names = (rule.name == "help" ? "-h," : "") + flagName(rule);
        CLI::Option* option = isSwitch ? parser.add_flag(names) : parser.add_option(names);
        option->description(helpOf(rule));
        if (!isSwitch) {
            option->type_name(std::string(rule.valueName))
                ->expected(1, rule.kind == OptionKind::Words ? wordsMax : 1);
            option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        }
        option->group(std::string(rule.group));
    }
}

/// What is left over is an error; only a flag is repeated in the message, never its value.
Result<void> refuseExtras(const std::vector<std::string>& extras)
{
    if (extras.empty())
        return {};
    const auto flag = std::find_if(extras.begin(), extras.end(),
                                   [](const std::string& text) { return text.starts_with('-'); });
    if (flag == extras.end())
        return wrong("there is an argument that belongs to no flag (see --help)");
    const std::string name = flag->substr(0, flag->find('='));
    const std::string bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    return wrong("unknown flag '" + printable(name, 60) + "'; the nearest is --" +
                 std::string(nearestOption(bare)));
}

Result<Flags> readFlags(std::vector<std::string> arguments)
{
    CLI::App parser;
    declare(parser);
    std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the back
    try {
        parser.parse(arguments);
    } catch (const CLI::ParseError& error) {
        return wrong(printable(error.what(), 200));
    }
    if (const auto clean = refuseExtras(parser.remaining()); !clean)
        return clean.error();
    Flags flags;
    for (const OptionRule& rule : optionRules()) {
        const CLI::Option* option = parser.get_option(flagName(rule));
        if (option->count() == 0)
            continue;
        flags[std::string(rule.name)] = option->results();
        if (rule.kind == OptionKind::Value && option->count() > 1)
            return wrong(flagName(rule) + " is given more than once");
        const std::string& first = option->results().front();
        if (first.starts_with("--") && ruleOf(first.substr(2)) != nullptr)
            return wrong(flagName(rule) + " needs a value, but " + first + " follows it");
    }
    return flags;
}

std::vector<std::string> splitList(const std::string& text)
{
    std::vector<std::string> values(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool doubled = text[i] == ';' && i + 1 < text.size() && text[i + 1] == ';';
        if (text[i] == ';' && !doubled) {
            values.emplace_back();
            continue;
        }
        values.back() += text[i];
        i += doubled ? 1 : 0;
    }
    std::erase(values, "");
    return values;
}

Result<ConfigEntries> readFile(const Flags& flags, const Surroundings& surroundings)
{
    const OptionRule& rule = *ruleOf("config");
    const auto flag = flags.find(rule.name);
    const auto variable = surroundings.environment(environmentName(rule));
    if (flag == flags.end() && (!variable || variable->empty()))
        return ConfigEntries{};
    auto entries = readConfigFile(flag != flags.end() ? flag->second.front() : *variable);
    if (!entries)
        return entries;
    for (const auto& [key, entry] : *entries) {
        const OptionRule* known = ruleOf(key);
        if (known == nullptr)
            return wrong("unknown key '" + printable(key, 60) + "' in line " +
                         std::to_string(entry.line) + " of the settings file; the nearest is " +
                         std::string(nearestOption(key)));
        if (isOfCommandLineOnly(known->kind) || known == &rule)
            return wrong("'" + key +
                         "' has no place in the settings file, only on the command "
                         "line");
        if (entry.isArray != (known->kind == OptionKind::List))
            return wrong("'" + key + "' in the settings file must " +
                         (entry.isArray ? "not be a list" : "be a list of texts"));
    }
    return entries;
}

Given give(const OptionRule& rule, const Flags& flags, const ConfigEntries& file,
           const Surroundings& surroundings)
{
    if (const auto flag = flags.find(rule.name); flag != flags.end())
        return {Source::Flag, flagName(rule), flag->second};
    if (isOfCommandLineOnly(rule.kind))
        return {};
    const std::string variable = environmentName(rule);
    if (const auto value = surroundings.environment(variable); value && !value->empty()) {
        const bool isList = rule.kind == OptionKind::List;
        return {Source::Environment, variable,
                isList ? splitList(*value) : std::vector<std::string>{*value}};
    }
    if (const auto entry = file.find(rule.name); entry != file.end())
        return {Source::File,
                "'" + std::string(rule.name) + "' in line " + std::to_string(entry->second.line) +
                    " of the settings file",
                entry->second.values};
    return {};
}

Result<void> take(Options& options, const OptionRule& rule, const Given& given)
{
    for (const std::string& value : given.values) {
        const auto allowed = rule.set(options, value);
        if (!allowed)
            continue;
        const std::string shown = rule.secret ? "the value" : "'" + printable(value, 100) + "'";
        return wrong(given.place + ": " + shown + " is not " + *allowed);
    }
    if (given.source != Source::Default)
        options.sources.emplace(rule.name, given.source);
    return {};
}

Result<std::filesystem::path> defaultDataDir(const Surroundings& surroundings)
{
    if (surroundings.isRoot)
        return std::filesystem::path("/var/lib/millrace");
    if (const auto data = surroundings.environment("XDG_DATA_HOME"); data && !data->empty())
        return std::filesystem::path(*data) / "millrace";
    if (const auto home = surroundings.environment("HOME"); home && !home->empty())
        return std::filesystem::path(*home) / ".local/share/millrace";
    return wrong("there is no home folder; say --data-dir");
}

/// Rules that need more than one option.
Result<void> checkTogether(const Options& options)
{
    if (options.help || options.version || options.printConfig)
        return {};
    if (options.noToken && !options.tokenFile.empty())
        return wrong("--no-token lets everybody in: leave out --token-file");
    if (options.tlsCertificate.empty() != options.tlsKey.empty())
        return wrong("--tls-certificate and --tls-key belong together");
    if (!options.token.empty())
        return {};
    if (!options.scope.empty())
        return wrong("--scope belongs to --token add NAME");
    if (options.demo && (!options.brokers.empty() || !options.database.empty()))
        return wrong("--demo brings its own broker and database: leave out --brokers and "
                     "--database, or feed your broker with --demo-feed");
    if (options.demoFeed)
        return options.brokers.empty() ? wrong("--demo-feed needs --brokers") : Result<void>{};
    if (options.check) {
        const bool nothing =
            options.brokers.empty() && options.database.empty() && options.tlsCertificate.empty();
        return nothing ? wrong("--check needs something to try: --brokers, --database or "
                               "--tls-certificate")
                       : Result<void>{};
    }
    if (!options.serve)
        return wrong("the window is not part of this build; start with --serve");
    if (options.demo)
        return {};
    if (options.ingest && options.brokers.empty())
        return wrong("--serve needs one of --brokers, --demo and --ingest off");
    if (options.database.empty())
        return wrong("--serve needs --database (or --demo, which brings its own)");
    return {};
}

} // namespace

Surroundings Surroundings::real()
{
    const auto environment = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    return {environment, ::geteuid() == 0};
}

Result<Options> parseOptions(const std::vector<std::string>& arguments,
                             const Surroundings& surroundings)
{
    const auto flags = readFlags(arguments);
    if (!flags)
        return flags.error();
    Options options;
    options.help = flags->contains("help");
    options.version = flags->contains("version");
    if (options.help || options.version)
        return options;
    const auto file = readFile(*flags, surroundings);
    if (!file)
        return file.error();
    for (const OptionRule& rule : optionRules()) {
        const auto taken = take(options, rule, give(rule, *flags, *file, surroundings));
        if (!taken)
            return taken.error();
    }
    if (options.dataDir.empty()) {
        const auto folder = defaultDataDir(surroundings);
        if (!folder)
            return folder.error();
        options.dataDir = *folder;
    }
    if (const auto together = checkTogether(options); !together)
        return together.error();
    return options;
}

std::string helpText()
{
    CLI::App parser("Kafka topics become PostgreSQL tables, exactly once.");
    declare(parser);
    parser.footer("Each --some-flag is also MILLRACE_SOME_FLAG in the environment and some-flag in "
                  "the file\nof --config; a flag wins over the environment, the environment over "
                  "the file.\n\nTry it:  millrace --serve --demo");
    std::string text = parser.help();
    for (auto gap = text.find("\n\n\n"); gap != std::string::npos; gap = text.find("\n\n\n"))
        text.erase(gap, 1);
    return text;
}

std::string configText(const Options& options)
{
    std::string text;
    for (const OptionRule& rule : optionRules()) {
        if (isOfCommandLineOnly(rule.kind) || rule.name == "config")
            continue;
        const std::string shown = rule.show(options);
        const auto source = options.sources.find(rule.name);
        if (shown.empty())
            continue;
        text += std::string(rule.name) + " = " + shown;
        if (source == options.sources.end()) {
            text += "\n";
            continue;
        }
        text += source->second == Source::Flag          ? "  # flag\n"
                : source->second == Source::Environment ? "  # environment\n"
                                                        : "  # file\n";
    }
    return text;
}

} // namespace millrace::app
