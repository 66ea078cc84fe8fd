// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_parser.h"
#include "app/tokens.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <fstream>
#include <thread>

using namespace millrace;
using namespace millrace::app;

class TstTokens : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void makesListsAndTakesBack();
    void twoAtOnceLoseNothing();
    void theSecretLetsIn();
    void refusesWhatIsNoCommand_data();
    void refusesWhatIsNoCommand();
    void anOpenAddressNeedsATokenOrAWord();
    void aFileThatCannotBeReadIsNoStart();

private:
    Result<std::string> command(std::vector<std::string> arguments);
    [[nodiscard]] Result<http::AccessRules> rules(const std::string& listen,
                                                  bool noToken = false) const;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_data;
};

void TstTokens::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_data = m_folder->filePath("data").toStdString();
}

Result<std::string> TstTokens::command(std::vector<std::string> arguments)
{
    arguments.insert(arguments.end(), {"--data-dir", m_data.string()});
    const auto none = [](const std::string&) -> std::optional<std::string> { return {}; };
    const auto options = parseOptions(arguments, {none, false});
    return options ? tokenCommand(*options) : Result<std::string>(options.error());
}

Result<http::AccessRules> TstTokens::rules(const std::string& listen, bool noToken) const
{
    Options options;
    options.dataDir = m_data;
    options.noToken = noToken;
    return accessRules(options, *http::ListenAddress::parse(listen));
}

void TstTokens::makesListsAndTakesBack()
{
    QCOMPARE(*command({"--token", "list"}), std::string());
    QVERIFY(command({"--token", "add", "ops", "--scope", "operate", "read"}));
    QVERIFY(command({"--scope", "read,sql", "--token", "add", "reader"}));
    QCOMPARE(*command({"--token", "list"}), std::string("ops read operate\nreader read sql\n"));
    QVERIFY(command({"--token", "remove", "ops"}));
    QVERIFY(!command({"--token", "remove", "ops"}));
    QCOMPARE(*command({"--token", "list"}), std::string("reader read sql\n"));
}

void TstTokens::twoAtOnceLoseNothing()
{
    constexpr int each = 20;
    const auto add = [this](const char* who) {
        for (int i = 0; i < each; ++i)
            QVERIFY(command({"--token", "add", who + std::to_string(i), "--scope", "read"}));
    };
    {
        const std::jthread first(add, "a");
        const std::jthread second(add, "b");
    }
    const auto said = command({"--token", "list"});
    QCOMPARE(std::ranges::count(*said, '\n'), 2 * each);
}

void TstTokens::theSecretLetsIn()
{
    const auto said = command({"--token", "add", "ops", "--scope", "operate"});
    QVERIFY(said && said->ends_with('\n'));
    http::AccessGate gate(*rules("0.0.0.0:1"));
    http::Request request;
    request.authorization = "Bearer " + said->substr(0, said->size() - 1);
    QVERIFY(!gate.check(request, http::Access::Operate));
    QVERIFY(gate.check(request, http::Access::Read));
}

void TstTokens::refusesWhatIsNoCommand_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char* text) { QTest::newRow(text) << QString(text).split(' '); };
    row("--token add");
    row("--token add a");
    row("--token add a --scope");
    row("--token add a --scope root");
    row("--token add a --scope read,,sql");
    row("--token add a b --scope read");
    row("--token add a/b --scope read");
    row("--token make a --scope read");
    row("--token list a");
    row("--token remove a");
    row("--scope read");
}

void TstTokens::refusesWhatIsNoCommand()
{
    QFETCH(QStringList, arguments);
    std::vector<std::string> texts;
    for (const QString& argument : arguments)
        texts.push_back(argument.toStdString());
    QVERIFY(!command(texts));
    QVERIFY(!std::filesystem::exists(m_data / "tokens"));
}

void TstTokens::anOpenAddressNeedsATokenOrAWord()
{
    QVERIFY(rules("127.0.0.1:1")->isLoopback);
    const auto refused = rules("0.0.0.0:1");
    QVERIFY(!refused);
    QVERIFY(refused.error().what.find("--no-token") != std::string::npos);
    QVERIFY(rules("0.0.0.0:1", true)->asksNoToken);
    QVERIFY(command({"--token", "add", "a", "--scope", "read"}));
    QVERIFY(!rules("[::]:1")->isLoopback);
}

void TstTokens::aFileThatCannotBeReadIsNoStart()
{
    std::filesystem::create_directories(m_data);
    std::ofstream(m_data / "tokens") << "what?\n";
    QVERIFY(!rules("127.0.0.1:1"));
    QVERIFY(rules("127.0.0.1:1", true));
}

MR_TEST(TstTokens)
#include "tst_tokens.moc"
