// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/server_programs.h"
#include "tests/support/test_registry.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>

using namespace millrace;
using namespace millrace::postgres;

class TstServerPrograms : public QObject
{
    Q_OBJECT

private slots:
    void findsTheNewestAndANamedOne();
    void aMissingVersionIsNamed();
    void readsWhoMadeTheData();
};

void TstServerPrograms::findsTheNewestAndANamedOne()
{
    const auto newest = findServerPrograms(std::nullopt);
    QVERIFY(newest);
    QVERIFY(newest->majorVersion >= 13);
    QVERIFY(std::filesystem::exists(newest->folder / "initdb"));
    const auto named = findServerPrograms(newest->majorVersion);
    QVERIFY(named);
    QCOMPARE(named->folder.string(), newest->folder.string());
}

void TstServerPrograms::aMissingVersionIsNamed()
{
    const auto none = findServerPrograms(9);
    QVERIFY(!none);
    QCOMPARE(none.error().scope, Scope::Process);
    QCOMPARE(none.error().code, Code::NotFound);
    QVERIFY(none.error().what.find("PostgreSQL 9,") != std::string::npos);
    QVERIFY(none.error().what.find("postgresql-9") != std::string::npos);
}

void TstServerPrograms::readsWhoMadeTheData()
{
    const QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    QVERIFY(!dataVersion(path));
    std::ofstream(path / "PG_VERSION") << "15\n";
    QCOMPARE(dataVersion(path).value_or(0), 15);
}

MR_TEST(TstServerPrograms)
#include "tst_server_programs.moc"
