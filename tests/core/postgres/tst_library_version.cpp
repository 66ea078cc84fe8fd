// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/library_version.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::postgres;

class TstLibraryVersion : public QObject
{
    Q_OBJECT

private slots:
    void knowsWhichHaveTheFix_data();
    void knowsWhichHaveTheFix();
    void thisOneIsGoodEnough() { QVERIFY(checkLibraryVersion()); }
};

void TstLibraryVersion::knowsWhichHaveTheFix_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("safe");
    QTest::newRow("12.22") << 120'022 << false;
    QTest::newRow("13.18") << 130'018 << false;
    QTest::newRow("13.19") << 130'019 << true;
    QTest::newRow("14.15") << 140'015 << false;
    QTest::newRow("15.10") << 150'010 << false;
    QTest::newRow("15.11") << 150'011 << true;
    QTest::newRow("16.6") << 160'006 << false;
    QTest::newRow("17.2") << 170'002 << false;
    QTest::newRow("17.3") << 170'003 << true;
    QTest::newRow("18.0") << 180'000 << true;
}

void TstLibraryVersion::knowsWhichHaveTheFix()
{
    QFETCH(int, version);
    QFETCH(bool, safe);
    QCOMPARE(isSafeLibraryVersion(version), safe);
}

MR_TEST(TstLibraryVersion)
#include "tst_library_version.moc"
