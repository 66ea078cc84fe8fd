// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/decoder.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace millrace;

namespace {

/// 13 keys, about 290 bytes: ids as text, bigints, a time, decimals, a bool, and one that is
/// sometimes null.
std::string recordOf(int number)
{
    char text[512];
    const int size = std::snprintf(
        text, sizeof text,
        R"({"order_id":"o-%08d-7c1f","customer_id":"c-%06d","restaurant_id":"r-%05d",)"
        R"("status":"%s","quantity":%d,"total_cents":%d,"sequence":%lld,)"
        R"("created_at":"2024-05-%02dT%02d:%02d:%02d.%03dZ","price":%d.%02d,"distance_km":%d.%d,)"
        R"("is_delivered":%s,"courier":%s,"note":"ring twice, %s"})",
        number, number % 99'991, number % 997, number % 3 == 0 ? "accepted" : "on_the_way",
        number % 9, number % 12'345, 4'000'000'000LL + number, 1 + number % 28, number % 24,
        number % 60, number % 59, number % 1000, number % 90, number % 100, number % 15,
        number % 10, number % 2 == 0 ? "true" : "false", number % 4 == 0 ? "null" : "\"k-17\"",
        number % 5 == 0 ? "leave at the door" : "thanks");
    return {text, static_cast<std::size_t>(size)};
}

/// Of this thread, so that neighbours on a busy machine count little.
double cpuSeconds()
{
    std::timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

} // namespace

/// bench_decode [records]: decodes them as one batch and prints the best of ten passes.
int main(int argc, char** argv)
{
    const int count = argc > 1 ? std::atoi(argv[1]) : 100'000;
    std::vector<std::string> texts;
    std::size_t bytes = 0;
    for (int i = 0; i < count; ++i)
        bytes += texts.emplace_back(recordOf(i)).size();
    std::vector<record::Message> messages(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        messages[i].hasValue = true;
        messages[i].value = texts[i];
    }
    record::Decoder decoder{Limits{}};
    record::Decoded decoded;
    double best = 1e30;
    for (int pass = 0; pass < 10; ++pass) {
        const double begin = cpuSeconds();
        decoder.decode(messages, decoded);
        best = std::min(best, cpuSeconds() - begin);
    }
    std::printf("%d records of %zu bytes, %zu cells, %zu rejects: %.0f ns/record, %.0f MB/s\n",
                count, bytes / texts.size(), decoded.cells.size(), decoded.rejects.size(),
                best * 1e9 / count, static_cast<double>(bytes) / best / 1e6);
    return decoded.rejects.empty() ? 0 : 1;
}
