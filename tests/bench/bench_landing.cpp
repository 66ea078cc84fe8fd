// SPDX-License-Identifier: GPL-3.0-or-later
// CPU nanoseconds a row of the pure steps between poll and socket, one thread, no server:
//   bench_landing [rows]
// Rows are those of bench_ingest: ~290 bytes, 13 keys.
#include "core/landing/planner.h"
#include "core/landing/row_encoder.h"
#include "core/record/decoder.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <string>

using namespace millrace;

namespace {

std::string valueOf(std::int64_t i)
{
    std::string text;
    text.resize(400);
    const int size = std::snprintf(
        text.data(), text.size(),
        R"({"order_id":"ord-%012lld","customer_id":"cus-%08lld","restaurant_id":"res-%06lld",)"
        R"("seq":%lld,"quantity":%lld,"created_at":"2024-05-%02lldT%02lld:%02lld:%02lld.%03lldZ",)"
        R"("price":%lld.%02lld,"tax":%lld.%02lld,"paid":%s,"note":%s,"city":"Ulm","status":"new",)"
        R"("total":%lld})",
        static_cast<long long>(i), static_cast<long long>(i % 100'000),
        static_cast<long long>(i % 900), static_cast<long long>(i),
        static_cast<long long>(i % 9 + 1), static_cast<long long>(i % 28 + 1),
        static_cast<long long>(i % 24), static_cast<long long>(i % 60),
        static_cast<long long>(i % 59), static_cast<long long>(i % 1'000),
        static_cast<long long>(i % 90 + 5), static_cast<long long>(i % 100),
        static_cast<long long>(i % 9), static_cast<long long>(i % 97 + 1),
        i % 2 == 0 ? "true" : "false", i % 3 == 0 ? "null" : "\"ring twice\"",
        static_cast<long long>(i * 31));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

class Stage
{
public:
    explicit Stage(const char* name)
        : m_name(name)
    {
    }
    template<class Work>
    void time(const Work& work)
    {
        const double begun = cpuSeconds();
        work();
        m_spent += cpuSeconds() - begun;
    }
    void print(std::int64_t rows) const
    {
        std::printf("%-8s %7.1f ns a row\n", m_name, m_spent * 1e9 / static_cast<double>(rows));
    }

private:
    static double cpuSeconds()
    {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    }
    const char* m_name;
    double m_spent = 0;
};

} // namespace

int main(int argc, char** argv)
{
    const std::int64_t rows = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
    constexpr std::int64_t perBatch = 50'000;
    std::deque<std::string> values;
    std::vector<record::Message> messages(perBatch);
    for (std::int64_t i = 0; i < perBatch; ++i) {
        record::Message& message = messages[static_cast<std::size_t>(i)];
        message.offset = Offset(i);
        message.timestampMs = 1'700'000'000'000 + i;
        message.hasKey = message.hasValue = true;
        message.value = values.emplace_back(valueOf(i));
        message.key = message.value.substr(13, 16);
    }
    const Limits limits;
    record::Decoder decoder(limits);
    record::Decoded decoded;
    landing::Planner planner(limits);
    landing::RowEncoder encoder(limits);
    schema::TableSchema schema;
    schema.table = "t";
    planner.use(schema);
    Stage decode("decode");
    Stage plan("plan");
    Stage encode("encode");
    std::size_t bytes = 0;
    for (std::int64_t done = 0; done < rows; done += perBatch) {
        decode.time([&] { decoder.decode(messages, decoded); });
        landing::TopicPlan planned;
        plan.time([&] { planned = planner.plan(messages, decoded, decoder.paths()); });
        while (!planned.changes.empty()) {
            schema = schema::apply(std::move(schema), planned.changes);
            planner.use(schema);
            planned = planner.plan(messages, decoded, decoder.paths());
        }
        encode.time([&] {
            encoder.begin(schema, planned.columns, planner, decoder.paths());
            for (std::size_t i = 0; i < messages.size(); ++i) {
                encoder.addRow({&messages[i], &decoded.records[i], Generation(1), {}}, decoded);
                if (encoder.bytes().size() > 512u << 10) {
                    bytes += encoder.bytes().size();
                    encoder.clear();
                }
            }
        });
    }
    decode.print(rows);
    plan.print(rows);
    encode.print(rows);
    std::printf("%zu columns, %zu bytes encoded\n", schema.columns.size(), bytes);
}
