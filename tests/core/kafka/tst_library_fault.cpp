// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/library_fault.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::kafka;

class TstLibraryFault : public QObject
{
    Q_OBJECT

private slots:
    void knowsTheVersionsThatCrash();
    void theLibraryHereHasNone();
};

void TstLibraryFault::knowsTheVersionsThatCrash()
{
    for (const int good : {0x020002ff, 0x020300ff, 0x020a00ff, 0x020f00ff, 0x030000ff})
        QVERIFY(faultOfLibrary(good).empty());
    for (const int bad : {0x020400ff, 0x020800ff, 0x020901ff})
        QVERIFY(!faultOfLibrary(bad).empty());
    QVERIFY(faultOfLibrary(0x020800ff).starts_with("librdkafka 2.8.0 crashes"));
}

/// Or the tests of topics made anew crash by chance.
void TstLibraryFault::theLibraryHereHasNone()
{
    QVERIFY2(faultOfLibrary().empty(), faultOfLibrary().c_str());
}

MR_TEST(TstLibraryFault)
#include "tst_library_fault.moc"
