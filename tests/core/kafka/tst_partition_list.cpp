// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/partition_list.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <librdkafka/rdkafka.h>

using namespace millrace;
using namespace millrace::kafka;

class TstPartitionList : public QObject
{
    Q_OBJECT

private slots:
    void comesBackAsItWent()
    {
        const std::vector<TopicPartition> partitions = {{"b", PartitionId(3)},
                                                        {"a", PartitionId(0)}};
        QVERIFY(fromList(toList(partitions).get()) == partitions);
        QVERIFY(fromList(toList(std::span<const TopicPartition>{}).get()).empty());
        QVERIFY(fromList(nullptr).empty());
    }

    void carriesOffsets()
    {
        const std::vector<StartAt> starts = {{{"a", PartitionId(1)}, Offset(42)}};
        const PartitionListHandle list = toList(starts);
        QCOMPARE(list->cnt, 1);
        QCOMPARE(list->elems[0].offset, std::int64_t{42});
        QCOMPARE(nameOf(starts[0].where), std::string("a[1]"));
    }
};

MR_TEST(TstPartitionList)
#include "tst_partition_list.moc"
