// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/option_values.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::app;

class TstOptionValues : public QObject
{
    Q_OBJECT

private slots:
    void tellsGoodValuesFromBad_data();
    void tellsGoodValuesFromBad();
    void readsWordsForOnAndOff();
    void quotesForToml();
    void masksSecrets();
};

void TstOptionValues::tellsGoodValuesFromBad_data()
{
    QTest::addColumn<CheckText>("check");
    QTest::addColumn<std::string>("text");
    QTest::addColumn<bool>("good");
    const auto row = [](CheckText check, const std::string& text, bool good) {
        QTest::addRow("%s %s", good ? "good" : "bad", text.c_str()) << check << text << good;
    };
    row(setBrokers, "localhost:9092", true);
    row(setBrokers, "a:1,b:2,c", true);
    row(setBrokers, "[::1]:9092", true);
    row(setBrokers, "SASL_SSL://broker.example:9093", true);
    row(setBrokers, "", false);
    row(setBrokers, "a:1,,b:2", false);
    row(setBrokers, "a:0", false);
    row(setBrokers, "a:65536", false);
    row(setBrokers, "a:9092x", false);
    row(setBrokers, "a b:9092", false);
    row(setTopics, "orders|payments\\..*", true);
    row(setTopics, "(", false);
    row(setTopics, "", false);
    row(setGroup, "millrace", true);
    row(setGroup, "two words", false);
    row(setInstance, "host-1.example_x", true);
    row(setInstance, "host/1", false);
    row(setInstance, std::string(201, 'a'), false);
    row(setKafka, "security.protocol=SSL", true);
    row(setKafka, "ssl.key.password=a=b", true);
    row(setKafka, "security.protocol", false);
    row(setKafka, "=SSL", false);
    row(setKafka, "plugin.library.paths=x", false);
    row(setDatabase, "postgresql://a:b@h:5432/d?sslmode=require", true);
    row(setDatabase, "host=/run/postgresql dbname=d", true);
    row(setDatabase, "host", false);
    row(setDatabase, "", false);
    row(setProxies, "127.0.0.1, 10.0.0.0/8", true);
    row(setProxies, "proxy.example", false);
    row(setProxies, "", false);
    row(setBasePath, "/millrace", true);
    row(setBasePath, "/a/b.c", true);
    row(setBasePath, "millrace", false);
    row(setBasePath, "/", false);
    row(setBasePath, "/a/", false);
    row(setBasePath, "/a/../b", false);
    row(setBasePath, "/a\r\nX: b", false);
    row(setBasePath, "/a%2fb", false);
    row(setHostNames, "api.example, Other", true);
    row(setHostNames, "*", true);
    row(setHostNames, "*.example", false);
    row(setHostNames, "api.example:80", false);
    row(setHostNames, "https://api.example", false);
    row(setHostNames, "", false);
    row(setSchema, "data", true);
    row(setSchema, "Naïve", true);
    row(setSchema, "millrace", false);
    row(setSchema, "pg_temp", false);
    row(setSchema, std::string(64, 'a'), false);
    row(setIndex, "brin", true);
    row(setIndex, "btree", false);
    row(setListen, "127.0.0.1:0", true);
    row(setListen, "[::]:80", true);
    row(setListen, "8080", false);
    row(setListen, "example.org:80", false);
    row(setLogFormatOption, "json", true);
    row(setLogFormatOption, "xml", false);
}

void TstOptionValues::tellsGoodValuesFromBad()
{
    QFETCH(CheckText, check);
    QFETCH(std::string, text);
    QFETCH(bool, good);
    Options options;
    const auto allowed = check(options, text);
    QCOMPARE(!allowed.has_value(), good);
    QVERIFY(good || !allowed->empty());
}

void TstOptionValues::readsWordsForOnAndOff()
{
    QCOMPARE(readOnOff("on"), std::optional(true));
    QCOMPARE(readOnOff("0"), std::optional(false));
    QCOMPARE(readOnOff("maybe"), std::optional<bool>());
}

void TstOptionValues::quotesForToml()
{
    QCOMPARE(tomlString("a\"b\\c\n"), std::string("\"a\\\"b\\\\c\\u000a\""));
}

void TstOptionValues::masksSecrets()
{
    Options options;
    QVERIFY(!setKafka(options, "sasl.password=hunter2"));
    QVERIFY(!setDatabase(options, "postgresql://ada:hunter2@db/main"));
    QCOMPARE(showKafka(options), std::string("[\"sasl.password=***\"]"));
    QVERIFY(showDatabase(options).find("hunter2") == std::string::npos);
    QVERIFY(showDatabase(options).find("ada") != std::string::npos);
}

MR_TEST(TstOptionValues)
#include "tst_option_values.moc"
