// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/caretaker.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <chrono>
#include <thread>

using namespace millrace;

class TstCaretaker : public QObject
{
    Q_OBJECT

private slots:
    void stopsAtOnceWithoutADatabase();
};

void TstCaretaker::stopsAtOnceWithoutADatabase()
{
    ingest::Caretaker caretaker(
        {{"host=127.0.0.1 port=1 dbname=none"}, "millrace/test/caretaker", "public"});
    const auto begun = std::chrono::steady_clock::now();
    {
        std::jthread thread([&caretaker](const std::stop_token& stop) { caretaker.run(stop); });
    }
    QVERIFY(std::chrono::steady_clock::now() - begun < std::chrono::seconds(1));
}

MR_TEST(TstCaretaker)
#include "tst_caretaker.moc"
