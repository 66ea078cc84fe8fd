// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/sample_stream.h"
#include "core/record/decoder.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace;
using namespace millrace::demo;

class TstSampleStream : public QObject
{
    Q_OBJECT

private slots:
    void repeatsItselfForTheSameSeed();
    void servesEveryTopic();
    void breaksAboutOneInTwoHundredInSeveralWays();
    void growsFieldsAsItGoes();
    void changesItsMindAboutTheTip();
    void writesTimesInUtc();
};

namespace {

constexpr std::int64_t startMs = 1'790'000'000'000;

std::vector<SampleMessage> take(int count, std::uint64_t seed = 7)
{
    SampleStream stream(seed);
    std::vector<SampleMessage> messages;
    for (int i = 0; i < count; ++i)
        messages.push_back(stream.next(startMs + i * 2));
    return messages;
}

/// Every key path that appeared among messages [from, to) of a topic.
std::set<std::string> pathsOf(const std::vector<SampleMessage>& messages, std::size_t from,
                              std::size_t to, std::string_view topic)
{
    record::Decoder decoder{Limits{}};
    record::Decoded decoded;
    std::vector<record::Message> batch;
    for (std::size_t i = from; i < to; ++i) {
        if (messages[i].topic != topic || !messages[i].value)
            continue;
        record::Message message;
        message.hasValue = true;
        message.value = *messages[i].value;
        batch.push_back(message);
    }
    decoder.decode(batch, decoded);
    std::set<std::string> paths;
    for (const record::Cell& cell : decoded.cells)
        paths.insert(schema::displayPath(decoder.paths().path(cell.path())));
    return paths;
}

} // namespace

void TstSampleStream::repeatsItselfForTheSameSeed()
{
    const auto a = take(2'000);
    const auto b = take(2'000);
    for (std::size_t i = 0; i < a.size(); ++i) {
        QVERIFY(a[i].value == b[i].value);
        QVERIFY(a[i].topic == b[i].topic && a[i].key == b[i].key);
    }
    QVERIFY(take(2'000, 8)[1'999].value != a[1'999].value);
}

void TstSampleStream::servesEveryTopic()
{
    std::map<std::string_view, int> counts;
    for (const auto& message : take(5'000))
        ++counts[message.topic];
    QCOMPARE(counts.size(), SampleStream::topics().size());
    for (const auto& [topic, count] : counts)
        QVERIFY2(count > 150, std::string(topic).c_str());
}

void TstSampleStream::breaksAboutOneInTwoHundredInSeveralWays()
{
    const auto messages = take(40'000);
    record::Decoder decoder{Limits{}};
    record::Decoded decoded;
    std::vector<record::Message> batch;
    for (const SampleMessage& sample : messages) {
        record::Message message;
        message.hasValue = sample.value.has_value();
        message.value = sample.value ? std::string_view(*sample.value) : std::string_view();
        batch.push_back(message);
    }
    decoder.decode(batch, decoded);
    std::set<record::RejectClass> classes;
    for (const record::Reject& reject : decoded.rejects)
        classes.insert(reject.rejectClass);
    QVERIFY2(decoded.rejects.size() > 120 && decoded.rejects.size() < 300,
             std::to_string(decoded.rejects.size()).c_str());
    QVERIFY2(classes.size() >= 6, std::to_string(classes.size()).c_str());
}

void TstSampleStream::growsFieldsAsItGoes()
{
    const auto messages = take(30'000);
    const auto before = pathsOf(messages, 0, 2'900, "orders");
    const auto after = pathsOf(messages, 20'000, 30'000, "orders");
    QVERIFY(!before.contains("coupon") && after.contains("coupon"));
    QVERIFY(!before.contains("delivery.etaMinutes") && after.contains("delivery.etaMinutes"));
    QVERIFY(pathsOf(messages, 26'000, 30'000, "restaurant").contains("openingHours"));
    QVERIFY(pathsOf(messages, 20'000, 30'000, "order-status").contains("courier.vehicle"));
}

void TstSampleStream::changesItsMindAboutTheTip()
{
    const auto messages = take(20'000);
    bool wordyEarly = false;
    bool wordyLate = false;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const bool wordy =
            messages[i].value && messages[i].value->find(R"("tip":"in cash")") != std::string::npos;
        (i < 12'000 ? wordyEarly : wordyLate) |= wordy;
    }
    QVERIFY(!wordyEarly);
    QVERIFY(wordyLate);
}

void TstSampleStream::writesTimesInUtc()
{
    QCOMPARE(rfc3339(0), std::string("1970-01-01T00:00:00.000Z"));
    QCOMPARE(rfc3339(1'790'000'000'123), std::string("2026-09-21T14:13:20.123Z"));
}

MR_TEST(TstSampleStream)
#include "tst_sample_stream.moc"
