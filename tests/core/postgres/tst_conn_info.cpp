// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/conn_info.h"
#include "core/postgres/connection.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::postgres;

class TstConnInfo : public QObject
{
    Q_OBJECT

private slots:
    void showsWhereButNeverTheSecret_data();
    void showsWhereButNeverTheSecret();
    void errorsQuoteNothingOfTheText_data();
    void errorsQuoteNothingOfTheText();
    void everyHostOfAListGetsItsOwnPort();
    void onePortServesAllHosts();
    void itsTextIsReadBack();
};

void TstConnInfo::showsWhereButNeverTheSecret_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("shown");
    const auto row = [](const char* name, const char* text, const char* shown) {
        QTest::newRow(name) << std::string(text) << std::string(shown);
    };
    row("URL", "postgresql://ada:S3cret@db.example:5433/sales",
        "host=db.example port=5433 dbname=sales user=ada");
    row("URL, encoded", "postgres://ada:S3cret%40%2F@db/sales", "host=db dbname=sales user=ada");
    row("URL, in the query", "postgresql://db/sales?user=ada&password=S3cret&sslpassword=S3cret",
        "host=db dbname=sales user=ada");
    row("pairs", "host=db password='S3cret \\' x' dbname=sales", "host=db dbname=sales");
    row("password in options", "host=db options='-c app.key=S3cret'", "host=db");
    row("socket folder", "host=/run/x dbname=millrace user=millrace",
        "host=/run/x dbname=millrace user=millrace");
    row("escapes in a name", "host=db dbname='a\x1b[31m'", "host=db dbname=a\\u{1b}[31m");
    row("nothing", "", "(libpq's defaults)");
    row("not understood", "postgres://ada:S3cret@[db",
        "(a connection string that cannot be "
        "understood)");
}

void TstConnInfo::showsWhereButNeverTheSecret()
{
    QFETCH(std::string, text);
    QFETCH(std::string, shown);
    QCOMPARE(Dsn{text}.masked(), shown);
}

void TstConnInfo::errorsQuoteNothingOfTheText_data()
{
    QTest::addColumn<std::string>("text");
    for (const char* text :
         {"postgres://ada:S3cret@[db", "S3cret", "host=db S3cret", "host=db S3cret=1",
          "postgres://db/x?S3cret=1", "postgres://db/x?user=%S3cret", "password='S3cret",
          "postgres://ada:S3cr\"et@db:port:1/x", "postgres://a:S3cret%00@db"})
        QTest::newRow(text) << std::string(text);
}

void TstConnInfo::errorsQuoteNothingOfTheText()
{
    QFETCH(std::string, text);
    const auto info = ConnInfo::parse(text);
    if (info)
        return; // libpq understands more than one would think; masked() is tested above
    QCOMPARE(info.error().scope, Scope::Process);
    QCOMPARE(info.error().code, Code::InvalidInput);
    QVERIFY2(describe(info.error()).find("S3cr") == std::string::npos,
             describe(info.error()).c_str());
}

void TstConnInfo::everyHostOfAListGetsItsOwnPort()
{
    const auto info = ConnInfo::parse("postgresql://ada@one:1,two:2/sales");
    QVERIFY(info);
    const auto hosts = info->hosts();
    QCOMPARE(hosts.size(), std::size_t{2});
    QCOMPARE(hosts[1].value("host"), std::string("two"));
    QCOMPARE(hosts[1].value("port"), std::string("2"));
    QCOMPARE(hosts[1].value("user"), std::string("ada"));
}

void TstConnInfo::onePortServesAllHosts()
{
    const auto info = ConnInfo::parse("host=one,two port=7");
    QVERIFY(info);
    QCOMPARE(info->hosts()[0].value("port"), std::string("7"));
    QCOMPARE(info->hosts()[1].value("port"), std::string("7"));
}

void TstConnInfo::itsTextIsReadBack()
{
    auto info = ConnInfo::parse("postgresql://ada@db:5433/sales?application_name=a%20b");
    QVERIFY(info);
    info->set("password", "it's a \\ \"secret\"");
    info->set("options", "");
    const auto again = ConnInfo::parse(info->text());
    QVERIFY(again);
    QCOMPARE(again->value("password"), std::string("it's a \\ \"secret\""));
    QCOMPARE(again->value("application_name"), std::string("a b"));
    QCOMPARE(again->value("port"), std::string("5433"));
}

MR_TEST(TstConnInfo)
#include "tst_conn_info.moc"
