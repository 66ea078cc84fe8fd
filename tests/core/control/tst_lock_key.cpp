// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/lock_key.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::control;

class TstLockKey : public QObject
{
    Q_OBJECT

private slots:
    void keysAreApartAndNeverChange();
};

void TstLockKey::keysAreApartAndNeverChange()
{
    QVERIFY(lockKey(LockKind::Table, "a") != lockKey(LockKind::Table, "b"));
    QVERIFY(lockKey(LockKind::Table, "a") != lockKey(LockKind::TableNames, "a"));
    // Two versions of the program meet on one database: these numbers are for ever.
    QCOMPARE(lockKey(LockKind::Migration), std::int64_t{-6650364243237756685});
    QCOMPARE(lockKey(LockKind::Table, "orders"), std::int64_t{-2575273470757691723});
}

MR_TEST(TstLockKey)
#include "tst_lock_key.moc"
