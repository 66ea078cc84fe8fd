// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config_file.h"
#include "app/option_parser.h"
#include "app/option_rules.h"
#include "tests/support/test_registry.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <set>

using namespace millrace;
using namespace millrace::app;
using namespace std::string_literals;

namespace {

using Variables = std::map<std::string, std::string>;

Surroundings around(Variables variables)
{
    variables.emplace("HOME", "/home/ada");
    return {[variables](const std::string& name) -> std::optional<std::string> {
                const auto found = variables.find(name);
                return found == variables.end() ? std::nullopt : std::optional(found->second);
            },
            false};
}

std::string troubleOf(const std::vector<std::string>& arguments, const Variables& variables = {})
{
    const auto options = parseOptions(arguments, around(variables));
    return options ? "" : describe(options.error());
}

const std::vector<std::string> enough = {"--serve", "--brokers", "k:9092", "--database",
                                         "postgresql://ada@db/main"};

std::vector<std::string> enoughWith(const std::vector<std::string>& more)
{
    std::vector<std::string> all = enough;
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

class TstOptionParser : public QObject
{
    Q_OBJECT

private slots:
    void theFirstPlaceThatSpeaksWins_data();
    void theFirstPlaceThatSpeaksWins();
    void everyOptionCanComeFromEveryPlace();
    void listsComeFromEveryPlace();
    void refusesWhatItDoesNotKnow_data();
    void refusesWhatItDoesNotKnow();
    void refusesSettingsThatDoNotFitTogether_data();
    void refusesSettingsThatDoNotFitTogether();
    void noMessageRepeatsASecret_data();
    void noMessageRepeatsASecret();
    void findsADataFolder();
    void helpIsShortAndWhole();
    void printedConfigIsAFileThatSaysTheSame();
    void theShippedFileNamesEveryKey();

private:
    std::string file(const std::string& text);

    QTemporaryDir m_folder;
    int m_files = 0;
};

std::string TstOptionParser::file(const std::string& text)
{
    QFile written(m_folder.filePath(QString::number(++m_files) + ".toml"));
    if (!written.open(QIODevice::WriteOnly) ||
        written.write(text.c_str()) != static_cast<qint64>(text.size()))
        qFatal("cannot write a settings file");
    return written.fileName().toStdString();
}

void TstOptionParser::theFirstPlaceThatSpeaksWins_data()
{
    QTest::addColumn<bool>("flag");
    QTest::addColumn<bool>("variable");
    QTest::addColumn<bool>("key");
    QTest::addColumn<int>("lanes");
    QTest::newRow("nobody") << false << false << false << 0;
    QTest::newRow("file") << false << false << true << 4;
    QTest::newRow("environment") << false << true << false << 3;
    QTest::newRow("environment over file") << false << true << true << 3;
    QTest::newRow("flag") << true << false << false << 2;
    QTest::newRow("flag over file") << true << false << true << 2;
    QTest::newRow("flag over environment") << true << true << false << 2;
    QTest::newRow("flag over both") << true << true << true << 2;
}

void TstOptionParser::theFirstPlaceThatSpeaksWins()
{
    QFETCH(bool, flag);
    QFETCH(bool, variable);
    QFETCH(bool, key);
    QFETCH(int, lanes);
    std::vector<std::string> arguments = enoughWith({"--config", file(key ? "lanes = 4\n" : "")});
    if (flag)
        arguments.insert(arguments.end(), {"--lanes", "2"});
    const auto options = parseOptions(
        arguments, around(variable ? Variables{{"MILLRACE_LANES", "3"}} : Variables{}));
    QVERIFY2(options.has_value(), options ? "" : describe(options.error()).c_str());
    QCOMPARE(static_cast<int>(options->lanes), lanes);
    const auto source = options->sources.find("lanes");
    const Source expected = flag       ? Source::Flag
                            : variable ? Source::Environment
                            : key      ? Source::File
                                       : Source::Default;
    QCOMPARE(source == options->sources.end() ? Source::Default : source->second, expected);
}

/// One declaration means that no option can be forgotten in one of the places.
void TstOptionParser::everyOptionCanComeFromEveryPlace()
{
    const Variables samples = {
        {"serve", "true"},        {"demo", "false"},         {"demo-rate", "7"},
        {"demo-feed", "false"},   {"ingest", "off"},         {"brokers", "other:1"},
        {"topics", "a.*"},        {"group", "other"},        {"instance", "me"},
        {"accept-cluster", "on"}, {"database", "host=db"},   {"query-database", "host=db user=q"},
        {"schema", "data"},       {"index", "none"},         {"rewrite-limit-mb", "7"},
        {"lanes", "7"},           {"batch-records", "7777"}, {"batch-bytes", "77777"},
        {"batch-wait-ms", "7"},   {"value-limit-mb", "7"},   {"listen", "[::1]:7"},
        {"data-dir", "/data"},    {"log-format", "json"},    {"token-file", "/tokens"},
        {"no-token", "on"},       {"tls-key", "/a.key"},     {"tls-certificate", "/a.crt"},
        {"proxies", "10.0.0.1"},  {"base-path", "/a"},       {"host-names", "a.example"}};
    const std::map<std::string, Variables> companions = {
        {"brokers", {{"MILLRACE_DATABASE", "host=x"}}},
        {"database", {{"MILLRACE_BROKERS", "k:1"}}},
        {"tls-key", {{"MILLRACE_TLS_CERTIFICATE", "/a.crt"}}},
        {"tls-certificate", {{"MILLRACE_TLS_KEY", "/a.key"}}}};
    for (const OptionRule& rule : optionRules()) {
        const std::string name(rule.name);
        if (isOfCommandLineOnly(rule.kind) || rule.kind == OptionKind::List || name == "config")
            continue;
        QVERIFY2(samples.contains(name), name.c_str());
        const std::string& sample = samples.at(name);
        std::vector<std::string> base = enough;
        if (name == "brokers" || name == "database")
            std::erase_if(base, [](const std::string& part) { return !part.starts_with("--s"); });
        const Variables rest = companions.contains(name) ? companions.at(name) : Variables{};
        if (name == "serve")
            base.erase(base.begin());

        std::vector<std::string> flagged = base;
        flagged.push_back("--" + name + "=" + sample);
        Variables variables = rest;
        variables[environmentName(rule)] = sample;
        std::vector<std::string> filed = base;
        filed.insert(filed.end(), {"--config", file(name + " = \"" + sample + "\"\n")});

        const auto byFlag = parseOptions(flagged, around(rest));
        const auto byVariable = parseOptions(base, around(variables));
        const auto byFile = parseOptions(filed, around(rest));
        for (const auto* options : {&byFlag, &byVariable, &byFile})
            QVERIFY2(options->has_value(),
                     (name + ": " + (*options ? "" : describe(options->error()))).c_str());
        QCOMPARE(rule.show(*byVariable), rule.show(*byFlag));
        QCOMPARE(rule.show(*byFile), rule.show(*byFlag));
        QCOMPARE(byFile->sources.at(name), Source::File);
    }
}

void TstOptionParser::listsComeFromEveryPlace()
{
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    const Pairs expected = {{"security.protocol", "SASL_SSL"}, {"sasl.password", "a;b=c"}};
    const auto byFlag = parseOptions(
        enoughWith({"--kafka", "security.protocol=SASL_SSL", "--kafka", "sasl.password=a;b=c"}),
        around({}));
    QVERIFY(byFlag);
    QVERIFY(byFlag->kafka == expected);
    const auto byVariable = parseOptions(
        enough, around({{"MILLRACE_KAFKA", "security.protocol=SASL_SSL;sasl.password=a;;b=c"}}));
    QVERIFY(byVariable);
    QVERIFY(byVariable->kafka == expected);
    const auto byFile = parseOptions(
        enoughWith({"--config", file("kafka = [\n  \"security.protocol=SASL_SSL\", # why\n"
                                     "  'sasl.password=a;b=c',\n]\n")}),
        around({}));
    QVERIFY(byFile);
    QVERIFY(byFile->kafka == expected);
}

void TstOptionParser::refusesWhatItDoesNotKnow_data()
{
    QTest::addColumn<std::vector<std::string>>("arguments");
    QTest::addColumn<std::string>("said");
    const auto row = [](const char* name, std::vector<std::string> arguments, std::string said) {
        QTest::newRow(name) << std::move(arguments) << std::move(said);
    };
    row("flag", {"--serve", "--broker", "k:1"},
        "unknown flag '--broker'; the nearest is --brokers");
    row("flag with a value", {"--lane=3"}, "unknown flag '--lane'; the nearest is --lanes");
    row("word", {"--serve", "yes"}, "belongs to no flag");
    row("key", enoughWith({"--config", file("\nlane = 3\n")}),
        "unknown key 'lane' in line 2 of the settings file; the nearest is lanes");
    row("action in a file", enoughWith({"--config", file("check = true\n")}), "no place");
    row("table in a file", enoughWith({"--config", file("[kafka]\na = 1\n")}), "is a table");
    row("list for one value", enoughWith({"--config", file("brokers = [\"a:1\"]\n")}),
        "must not be a list");
    row("no TOML", enoughWith({"--config", file("lanes = = 3\n")}), "this line is not TOML");
    row("no file", enoughWith({"--config", "/no/such/file"}), "cannot be read");
    row("bad number", enoughWith({"--lanes", "65"}),
        "--lanes: '65' is not a whole number from 0 to 64");
    row("number with a tail", enoughWith({"--lanes", "2x"}), "'2x' is not a whole number");
    row("twice", enoughWith({"--lanes", "2", "--lanes", "3"}), "--lanes is given more than once");
    row("value missing", {"--serve", "--brokers"}, "--brokers");
    row("flag for a value", {"--brokers", "--serve"}, "--brokers needs a value");
    row("bad value in the file", enoughWith({"--config", file("index = \"btree\"\n")}),
        "'index' in line 1 of the settings file: 'btree' is not brin or none");
    row("refused Kafka property", enoughWith({"--kafka", "enable.auto.commit=true"}),
        "enable.auto.commit");
}

void TstOptionParser::refusesWhatItDoesNotKnow()
{
    QFETCH(std::vector<std::string>, arguments);
    QFETCH(std::string, said);
    const std::string trouble = troubleOf(arguments);
    QVERIFY2(trouble.find(said) != std::string::npos, trouble.c_str());
}

void TstOptionParser::refusesSettingsThatDoNotFitTogether_data()
{
    QTest::addColumn<std::vector<std::string>>("arguments");
    QTest::addColumn<std::string>("said");
    const auto row = [](const char* name, std::vector<std::string> arguments, std::string said) {
        QTest::newRow(name) << std::move(arguments) << std::move(said);
    };
    row("nothing", {}, "window is not part of this build");
    row("no broker", {"--serve", "--database", "host=db"},
        "--serve needs one of --brokers, --demo and --ingest off");
    row("no database", {"--serve", "--brokers", "k:1"}, "--serve needs --database");
    row("looking needs a database", {"--serve", "--ingest", "off"}, "--serve needs --database");
    row("demo with a broker", {"--serve", "--demo", "--brokers", "k:1"}, "--demo brings its own");
    row("feed without a broker", {"--demo-feed"}, "--demo-feed needs --brokers");
    row("check of nothing", {"--check"}, "--check needs");
    row("half of TLS", {"--serve", "--demo", "--tls-certificate", "a.crt"}, "belong together");
    row("fits: engine", enough, "");
    row("fits: demo", {"--serve", "--demo"}, "");
    row("fits: looking", {"--serve", "--ingest", "off", "--database", "host=db"}, "");
    row("fits: feed", {"--demo-feed", "--brokers", "k:1"}, "");
    row("fits: check", {"--check", "--database", "host=db"}, "");
}

void TstOptionParser::refusesSettingsThatDoNotFitTogether()
{
    QFETCH(std::vector<std::string>, arguments);
    QFETCH(std::string, said);
    const std::string trouble = troubleOf(arguments);
    QCOMPARE(trouble.empty(), said.empty());
    QVERIFY2(trouble.find(said) != std::string::npos, trouble.c_str());
}

void TstOptionParser::noMessageRepeatsASecret_data()
{
    QTest::addColumn<std::vector<std::string>>("arguments");
    const auto row = [](const char* name, std::vector<std::string> arguments) {
        QTest::newRow(name) << std::move(arguments);
    };
    row("mistyped flag", {"--databse=postgresql://a:hunter2@h/d"});
    row("mistyped flag, two words", {"--databse", "postgresql://a:hunter2@h/d"});
    row("no flag", {"postgresql://a:hunter2@h/d"});
    row("bad URL", {"--serve", "--brokers", "k:1", "--database", "postgresql://a:hunter2@h:x:y/%"});
    row("database twice", {"--database", "host=a password=hunter2", "--database", "host=b"});
    row("bad property", enoughWith({"--kafka", "sasl.passwort=hunter2"}));
    row("no property", enoughWith({"--kafka", "hunter2"}));
    row("file", enoughWith({"--config", file("database = \"password=hunter2\"x\n")}));
    row("list in the file", enoughWith({"--config", file("kafka = [\"hunter2\"]\n")}));
}

void TstOptionParser::noMessageRepeatsASecret()
{
    QFETCH(std::vector<std::string>, arguments);
    const std::string trouble = troubleOf(arguments);
    QVERIFY(!trouble.empty());
    QVERIFY2(trouble.find("hunter2") == std::string::npos, trouble.c_str());
}

void TstOptionParser::findsADataFolder()
{
    const auto home = parseOptions(enough, around({}));
    QVERIFY(home);
    QCOMPARE(home->dataDir.string(), "/home/ada/.local/share/millrace"s);
    const auto xdg = parseOptions(enough, around({{"XDG_DATA_HOME", "/xdg"}}));
    QCOMPARE(xdg->dataDir.string(), "/xdg/millrace"s);
    Surroundings root = around({});
    root.isRoot = true;
    QCOMPARE(parseOptions(enough, root)->dataDir.string(), "/var/lib/millrace"s);
    Surroundings homeless = around({});
    homeless.environment = [](const std::string&) { return std::nullopt; };
    QVERIFY(!parseOptions(enough, homeless));
}

void TstOptionParser::helpIsShortAndWhole()
{
    const QStringList lines = QString::fromStdString(helpText()).split('\n');
    QVERIFY2(lines.size() <= 60, std::to_string(lines.size()).c_str());
    for (const QString& line : lines)
        QVERIFY2(line.size() <= 100, line.toUtf8());
    for (const OptionRule& rule : optionRules())
        QVERIFY2(helpText().find("--" + std::string(rule.name)) != std::string::npos,
                 std::string(rule.name).c_str());
    QVERIFY(helpText().find("[127.0.0.1:8080]") != std::string::npos);
    QVERIFY(helpText().find("[on]") != std::string::npos);
}

void TstOptionParser::printedConfigIsAFileThatSaysTheSame()
{
    const auto options = parseOptions(
        {"--serve", "--brokers", "k:9092", "--database", "postgresql://ada:hunter2@db/main",
         "--kafka", "sasl.password=hunter2", "--kafka", "sasl.mechanism=PLAIN", "--lanes", "3"},
        around({{"MILLRACE_TOPICS", "a\\.b\"c"}}));
    QVERIFY(options);
    const std::string text = configText(*options);
    QVERIFY2(text.find("hunter2") == std::string::npos, text.c_str());
    QVERIFY(text.find("sasl.password=***") != std::string::npos);
    QVERIFY(text.find("lanes = 3  # flag\n") != std::string::npos);
    QVERIFY(text.find("  # environment\n") != std::string::npos);
    QVERIFY(text.find("schema = \"public\"\n") != std::string::npos);
    const auto again = parseOptions({"--config", file(text)}, around({}));
    QVERIFY2(again.has_value(), again ? "" : describe(again.error()).c_str());
    QCOMPARE(again->topics, options->topics);
    QCOMPARE(again->lanes, options->lanes);
    QCOMPARE(again->listen, options->listen);
}

/// As it is it parses, and with the '#' taken from its defaults and examples it names every key.
void TstOptionParser::theShippedFileNamesEveryKey()
{
    QFile shipped(QStringLiteral(MR_SOURCE_FOLDER "/resources/millrace.toml"));
    QVERIFY(shipped.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(shipped.readAll());
    const auto plain = parseConfig(text.toStdString(), "shipped");
    QVERIFY2(plain, plain ? "" : describe(plain.error()).c_str());
    const QRegularExpression comment("^#(?! |$)", QRegularExpression::MultilineOption);
    QString opened = text;
    opened.replace(comment, "")
        .replace(QRegularExpression("^#  \"(.*)$", QRegularExpression::MultilineOption), "\"\\1");
    Options options;
    const auto entries = parseConfig(opened.toStdString(), "shipped");
    QVERIFY2(entries, entries ? "" : describe(entries.error()).c_str());
    const std::set<std::string_view> exemplary = {
        "serve",    "brokers",        "topics",    "instance",   "kafka",
        "database", "query-database", "data-dir",  "token-file", "tls-certificate",
        "tls-key",  "proxies",        "base-path", "host-names"};
    for (const OptionRule& rule : optionRules()) {
        const std::string name(rule.name);
        if (isOfCommandLineOnly(rule.kind) || name == "config")
            continue;
        QVERIFY2(entries->contains(name), name.c_str());
        for (const std::string& value : entries->at(name).values)
            QVERIFY2(!rule.set(options, value), name.c_str());
        if (!exemplary.contains(rule.name))
            QCOMPARE(rule.show(options), rule.show(Options{}));
    }
    for (const auto& [key, entry] : *entries)
        QVERIFY2(ruleOf(key) != nullptr, key.c_str());
}

MR_TEST(TstOptionParser)
#include "tst_option_parser.moc"
