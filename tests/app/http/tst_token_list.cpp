// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/token_list.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <fstream>

using namespace millrace;
using namespace millrace::http;

class TstTokenList : public QObject
{
    Q_OBJECT

private slots:
    void cleanup() { QFile::remove(QString::fromStdString(m_file)); }

    void secretsAreLongAndNeverTheSame();
    void findsATokenByItsSecret();
    void theFileHoldsNoSecretAndIsItsOwners();
    void adminIsEveryScope();
    void refusesWhatIsNoToken();
    void takesATokenBack();
    void refusesALineItCannotRead_data();
    void refusesALineItCannotRead();
    void noFileIsNoToken();

private:
    QTemporaryDir m_folder;
    std::string m_file = m_folder.filePath("tokens").toStdString();
};

void TstTokenList::secretsAreLongAndNeverTheSame()
{
    const std::string secret = newTokenSecret();
    QCOMPARE(secret.size(), std::size_t{3 + 64});
    QVERIFY(secret != newTokenSecret());
}

void TstTokenList::findsATokenByItsSecret()
{
    TokenList list;
    QVERIFY(list.add("a", {Access::Read}, "first"));
    QVERIFY(list.add("b", {Access::Sql, Access::Operate}, "second"));
    QVERIFY(list.write(m_file));
    const auto again = TokenList::read(m_file);
    QVERIFY(again);
    QCOMPARE(again->find("first")->name, std::string("a"));
    QCOMPARE(again->find("second")->name, std::string("b"));
    QVERIFY((again->find("second")->scopes == std::set{Access::Sql, Access::Operate}));
    for (const char* wrong : {"", "firs", "first ", "First", "a"})
        QVERIFY(again->find(wrong) == nullptr);
}

void TstTokenList::theFileHoldsNoSecretAndIsItsOwners()
{
    TokenList list;
    QVERIFY(list.add("canary", {Access::Read}, "mr_secret"));
    QVERIFY(list.write(m_file));
    QFile file(QString::fromStdString(m_file));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.startsWith("canary read ") && !text.contains("mr_secret"));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteOther),
             QFile::Permissions());
}

void TstTokenList::adminIsEveryScope()
{
    const Token admin{"a", {Access::Admin}, {}};
    const Token reader{"r", {Access::Read}, {}};
    for (const Access needs : {Access::Read, Access::Sql, Access::Operate, Access::Admin}) {
        QVERIFY(admin.allows(needs));
        QCOMPARE(reader.allows(needs), needs == Access::Read);
        QCOMPARE(scopeOf(scopeText(needs)), std::optional(needs));
    }
    QVERIFY(reader.allows(Access::Open));
    QVERIFY(!scopeOf("") && !scopeOf("root"));
}

void TstTokenList::refusesWhatIsNoToken()
{
    TokenList list;
    QVERIFY(list.add("a", {Access::Read}, "s"));
    QVERIFY(!list.add("a", {Access::Read}, "t"));
    QVERIFY(!list.add("b", {}, "t"));
    for (const std::string& name : {std::string(), std::string("a b"), std::string("a\nb"),
                                    std::string("#"), std::string(65, 'x')})
        QVERIFY(!list.add(name, {Access::Read}, "t"));
    QCOMPARE(list.tokens().size(), std::size_t{1});
}

void TstTokenList::takesATokenBack()
{
    TokenList list;
    QVERIFY(list.add("a", {Access::Read}, "s"));
    QVERIFY(!list.remove("b"));
    QVERIFY(list.remove("a"));
    QVERIFY(list.find("s") == nullptr);
}

void TstTokenList::refusesALineItCannotRead_data()
{
    QTest::addColumn<std::string>("line");
    const std::string hash(64, 'a');
    const auto row = [](const char* name, const std::string& line) { QTest::newRow(name) << line; };
    row("no hash", "a read");
    row("a short hash", "a read " + hash.substr(1));
    row("no hexadecimal", "a read " + std::string(64, 'g'));
    row("no scope", "a " + hash);
    row("unknown scope", "a read,root " + hash);
    row("more", "a read " + hash + " x");
    row("a name with a quote", "a' read " + hash);
}

void TstTokenList::refusesALineItCannotRead()
{
    QFETCH(std::string, line);
    const std::string good = "# ours\n\nb read " + std::string(64, 'b') + "\n";
    std::ofstream(m_file) << good << line << "\n";
    const auto list = TokenList::read(m_file);
    QVERIFY(!list);
    QVERIFY(list.error().what.starts_with("line 4 "));
    std::ofstream(m_file) << good;
    QCOMPARE(TokenList::read(m_file)->tokens().size(), std::size_t{1});
}

void TstTokenList::noFileIsNoToken()
{
    const auto list = TokenList::read("/nowhere/tokens");
    QVERIFY(list && list->tokens().empty());
    QVERIFY(!list->write("/nowhere/tokens"));
    QVERIFY(!TokenList::read(m_folder.path().toStdString()));
}

MR_TEST(TstTokenList)
#include "tst_token_list.moc"
