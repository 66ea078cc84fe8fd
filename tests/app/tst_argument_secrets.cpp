// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/argument_secrets.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::app;

class TstArgumentSecrets : public QObject
{
    Q_OBJECT

private slots:
    void overwritesSecretsAndNothingElse();
};

void TstArgumentSecrets::overwritesSecretsAndNothingElse()
{
    std::vector<std::string> arguments = {"--serve",
                                          "--database",
                                          "host=h password=p",
                                          "--database=postgresql://a:b@h/d",
                                          "--brokers",
                                          "k:9092",
                                          "--kafka",
                                          "sasl.password=hunter2",
                                          "--kafka=sasl.password=x",
                                          "--kafka",
                                          "security.protocol=SASL_SSL",
                                          "--database"};
    std::vector<char*> raw;
    for (std::string& argument : arguments)
        raw.push_back(argument.data());
    wipeSecretArguments(raw);
    const std::vector<std::string> expected = {
        "--serve",
        "--database",
        "*****************",
        "--database=" + std::string(std::string("postgresql://a:b@h/d").size(), '*'),
        "--brokers",
        "k:9092",
        "--kafka",
        "sasl.password=*******",
        "--kafka=sasl.password=*",
        "--kafka",
        "security.protocol=SASL_SSL",
        "--database"};
    QCOMPARE(arguments, expected);
}

MR_TEST(TstArgumentSecrets)
#include "tst_argument_secrets.moc"
