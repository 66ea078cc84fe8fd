// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/offset_vector.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstOffsetVector : public QObject
{
    Q_OBJECT

private slots:
    void aTokenIsReadBack();
    void aWishNeedsNoGeneration();
    void whatIsNoTokenIsRefused_data();
    void whatIsNoTokenIsRefused();
    void coversByPartitionAndGeneration();
};

namespace {

PartitionOffset at(const char* topic, int generation, int partition, std::int64_t next)
{
    return {topic, Generation(generation), PartitionId(partition), Offset(next)};
}

} // namespace

void TstOffsetVector::aTokenIsReadBack()
{
    const OffsetVector seen{{at("orders", 1, 0, 42), at("orders", 1, 1, 7), at("a.b-c_d", 3, 0, 0)},
                            12};
    const auto read = parseOffsets(tokenText(seen));
    QVERIFY(read);
    OffsetVector sorted = seen;
    std::ranges::sort(sorted.offsets);
    QCOMPARE(*read, sorted);
    QCOMPARE(tokenText({{at("orders", 1, 0, 42)}, 12}), std::string("orders~1/0=42;schema=12"));
}

void TstOffsetVector::aWishNeedsNoGeneration()
{
    const auto wished = parseOffsets("orders/0=43,payments/2=7");
    QVERIFY(wished);
    QCOMPARE(wished->offsets, (std::vector{at("orders", 0, 0, 43), at("payments", 0, 2, 7)}));
}

void TstOffsetVector::whatIsNoTokenIsRefused_data()
{
    QTest::addColumn<std::string>("text");
    for (const char* text : {"orders", "orders/0", "orders/0=", "orders/0=x", "orders/x=1", "/0=1",
                             "orders/0=-1", "orders/0=1,", "orders~/0=1", "orders~x/0=1",
                             "orders/0=1;schema=", "orders/0=99999999999999999999"})
        QTest::newRow(text) << std::string(text);
}

void TstOffsetVector::whatIsNoTokenIsRefused()
{
    QFETCH(std::string, text);
    QVERIFY(!parseOffsets(text));
}

void TstOffsetVector::coversByPartitionAndGeneration()
{
    const OffsetVector seen{{at("orders", 2, 0, 42), at("orders", 2, 1, 7)}, 1};
    QVERIFY(covers(seen, {}));
    QVERIFY(covers(seen, {{at("orders", 0, 0, 42)}, 0}));
    QVERIFY(covers(seen, {{at("orders", 2, 0, 41)}, 0}));
    QVERIFY(covers(seen, {{at("orders", 1, 0, 1'000)}, 0})); // of an older log
    QVERIFY(!covers(seen, {{at("orders", 2, 0, 43)}, 0}));
    QVERIFY(!covers(seen, {{at("orders", 3, 0, 1)}, 0}));
    QVERIFY(!covers(seen, {{at("orders", 0, 2, 1)}, 0}));
    QVERIFY(!covers(seen, {{at("payments", 0, 0, 1)}, 0}));
}

MR_TEST(TstOffsetVector)
#include "tst_offset_vector.moc"
