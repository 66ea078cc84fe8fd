// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_settings.h"
#include "core/kafka/property_rules.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

#include <cstdio>
#include <set>
#include <sstream>

using namespace millrace;
using namespace millrace::kafka;

namespace {

/// Every property the installed library documents, the pseudo "C/P" legends left out.
std::set<std::string> documentedNames()
{
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* file = open_memstream(&text, &size);
    rd_kafka_conf_properties_show(file);
    std::fclose(file);
    std::istringstream lines(std::string(text, size));
    std::free(text); // NOLINT: open_memstream's own
    std::set<std::string> names;
    for (std::string line; std::getline(lines, line);) {
        const std::string name = line.substr(0, line.find(' '));
        if (line.find('|') != std::string::npos && name != "Property" && !name.empty() &&
            name.find("--") == std::string::npos)
            names.insert(name);
    }
    return names;
}

/// Every property that has a value now, hidden ones too.
std::set<std::string> dumpedNames()
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    std::size_t count = 0;
    const char** pairs = rd_kafka_conf_dump(conf, &count);
    std::set<std::string> names;
    for (std::size_t i = 0; i < count; i += 2)
        names.insert(pairs[i]);
    rd_kafka_conf_dump_free(pairs, count);
    rd_kafka_conf_destroy(conf);
    return names;
}

} // namespace

class TstPropertyRules : public QObject
{
    Q_OBJECT

private slots:
    void everyPropertyOfTheLibraryHasARule()
    {
        std::set<std::string> names = documentedNames();
        names.merge(dumpedNames());
        QVERIFY2(names.size() > 120, qPrintable(QString::number(names.size())));
        for (const std::string& name : names) {
            const auto rule = ruleOf(name);
            QVERIFY2(rule.has_value(), name.c_str());
            QCOMPARE(checkProperty(name).has_value(), *rule == PropertyRule::Allowed);
            QVERIFY(*rule == PropertyRule::Allowed || !reasonOf(*rule).empty());
        }
    }

    void theNearestIsAlwaysOneThatMayBeSet()
    {
        QCOMPARE(nearestAllowed("security.protocl"), std::string_view("security.protocol"));
        QCOMPARE(nearestAllowed("fetch.max.byte"), std::string_view("fetch.max.bytes"));
        for (const char* name : {"", "x", "enable.auto.commit", "sasl.kerberos.kinit.cmd"})
            QVERIFY(ruleOf(nearestAllowed(name)) == PropertyRule::Allowed);
    }

    void aStrangeNameHasNoRule()
    {
        QVERIFY(!ruleOf("").has_value());
        QVERIFY(!ruleOf("no.such.property").has_value());
    }
};

MR_TEST(TstPropertyRules)
#include "tst_property_rules.moc"
