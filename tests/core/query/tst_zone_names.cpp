// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/zone_names.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace millrace::query;

class TstZoneNames : public QObject
{
    Q_OBJECT

private slots:
    void isSortedAndKnowsOnlyPlaces();
};

void TstZoneNames::isSortedAndKnowsOnlyPlaces()
{
    QVERIFY(std::is_sorted(zoneNames().begin(), zoneNames().end()));
    QVERIFY(zoneNames().size() > 400);
    for (const char* name : {"UTC", "Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe",
                             "America/Argentina/Buenos_Aires"})
        QVERIFY2(isZoneName(name), name);
    for (const char* name : {"", "CET", "+01", "EST5EDT", "europe/paris", "Europe/Pari"})
        QVERIFY2(!isZoneName(name), name);
}

MR_TEST(TstZoneNames)
#include "tst_zone_names.moc"
