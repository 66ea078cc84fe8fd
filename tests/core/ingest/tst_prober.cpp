// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/prober.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <thread>

using namespace millrace;
using namespace millrace::ingest;
using namespace std::chrono_literals;

class TstProber : public QObject
{
    Q_OBJECT

private slots:
    void stopsAtOnceBetweenRounds();
};

namespace {

std::vector<std::shared_ptr<const LaneStatus>> noLanes()
{
    return {};
}

Prober::Settings settings(std::chrono::milliseconds interval)
{
    Prober::Settings made;
    made.client.brokers = "127.0.0.1:1";
    made.dsn.text = "host=/nowhere";
    made.limits.proofInterval = interval;
    return made;
}

} // namespace

void TstProber::stopsAtOnceBetweenRounds()
{
    Shared shared("test");
    Prober prober(settings(1h), shared, noLanes);
    const SteadyTime begun = steadyNow();
    {
        std::jthread thread([&](const std::stop_token& stop) { prober.run(stop); });
        thread.request_stop();
    }
    QVERIFY(steadyNow() - begun < 5s);
}

MR_TEST(TstProber)
#include "tst_prober.moc"
