// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/config_file.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::app;
using Texts = std::vector<std::string>;

class TstConfigFile : public QObject
{
    Q_OBJECT

private slots:
    void readsTextNumbersSwitchesAndLists();
    void refusesOtherShapes_data();
    void refusesOtherShapes();
};

void TstConfigFile::readsTextNumbersSwitchesAndLists()
{
    const auto entries = parseConfig("# a comment\n"
                                     "database = \"postgresql://a:p#x@h/d\" # not part of it\n"
                                     "lanes = 1_000\n"
                                     "serve = true\n"
                                     "kafka = [ 'a=b\\c', \"d=\\u00e9\" ]\n",
                                     "file");
    QVERIFY(entries);
    QCOMPARE(entries->size(), std::size_t{4});
    QCOMPARE(entries->at("database").values, Texts{"postgresql://a:p#x@h/d"});
    QCOMPARE(entries->at("lanes").values, Texts{"1000"});
    QCOMPARE(entries->at("lanes").line, 3);
    QCOMPARE(entries->at("serve").values, Texts{"true"});
    QVERIFY(entries->at("kafka").isArray);
    QCOMPARE(entries->at("kafka").values, (Texts{"a=b\\c", "d=é"}));
}

void TstConfigFile::refusesOtherShapes_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("fraction") << "a = 1.5";
    QTest::newRow("date") << "a = 2026-01-01";
    QTest::newRow("table") << "[a]\nb = 1";
    QTest::newRow("dotted") << "a.b = 1";
    QTest::newRow("list of numbers") << "a = [1]";
    QTest::newRow("twice") << "a = 1\na = 2";
    QTest::newRow("open text") << "a = \"b";
    QTest::newRow("no value") << "a =";
    QTest::newRow("not UTF-8") << QString::fromLatin1("a = \"\xff\"").prepend(QChar(0));
}

void TstConfigFile::refusesOtherShapes()
{
    QFETCH(QString, text);
    const auto entries = parseConfig(text.toStdString(), "file");
    QVERIFY(!entries);
    QVERIFY(entries.error().origin.starts_with("file"));
}

MR_TEST(TstConfigFile)
#include "tst_config_file.moc"
