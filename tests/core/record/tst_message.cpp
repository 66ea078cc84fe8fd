// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/message.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace::record;

class TstMessage : public QObject
{
    Q_OBJECT

private slots:
    void fingerprintsDifferWhereverRecordsDiffer();
    void fingerprintIsStoredAndSoStaysTheSame();
    void fingerprintKnowsNothingOfPlaces();
};

namespace {

Message sample()
{
    Message message;
    message.hasKey = true;
    message.key = "k";
    message.hasValue = true;
    message.value = "value";
    message.timestampMs = 1'700'000'000'000;
    message.headers = {{"h", "x"}};
    return message;
}

} // namespace

void TstMessage::fingerprintsDifferWhereverRecordsDiffer()
{
    std::vector<Message> all(14, sample());
    all[1].hasKey = false;
    all[2].key = "";
    all[3].hasValue = false;
    all[4].value = "";
    all[5].timestampMs = -1;
    all[6].headers.clear();
    all[7].headers[0].value = std::nullopt;
    all[8].headers[0].value = "";
    all[9].headers[0].name = "hx", all[9].headers[0].value = "";
    all[10].headers.push_back({"h", "x"});
    all[11].key = "kv", all[11].value = "alue";
    all[12].headers = {{"h", "x"}, {"i", "y"}};
    all[13].headers = {{"i", "y"}, {"h", "x"}};
    std::set<std::uint64_t> prints;
    for (const Message& message : all)
        prints.insert(fingerprint(message));
    QCOMPARE(prints.size(), all.size());
}

void TstMessage::fingerprintIsStoredAndSoStaysTheSame()
{
    QCOMPARE(fingerprint(sample()), 4633151162449821270U);
    QCOMPARE(fingerprint(Message{}), 4061879544781458697U);
}

void TstMessage::fingerprintKnowsNothingOfPlaces()
{
    Message moved = sample();
    moved.topic = 3;
    moved.partition = millrace::PartitionId(7);
    moved.offset = millrace::Offset(99);
    QCOMPARE(fingerprint(moved), fingerprint(sample()));
}

MR_TEST(TstMessage)
#include "tst_message.moc"
