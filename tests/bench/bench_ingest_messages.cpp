// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_ingest_messages.h"

#include <array>
#include <cstdarg>
#include <cstdio>

namespace millrace::bench {
namespace {

constexpr std::array<const char*, 4> statuses{"placed", "cooking", "delivering", "delivered"};
constexpr int wideKeys = 200;

/// A number that looks like none of its neighbours (splitmix64).
std::uint64_t mixed(std::int64_t number)
{
    std::uint64_t value = static_cast<std::uint64_t>(number) + 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
}

[[gnu::format(printf, 1, 2)]] std::string formatted(const char* format, ...)
{
    std::array<char, 640> text{};
    va_list values;
    va_start(values, format);
    const int size = std::vsnprintf(text.data(), text.size(), format, values);
    va_end(values);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string timeOf(std::int64_t number)
{
    const auto second = static_cast<int>(number / 1000 % 60);
    const auto minute = static_cast<int>(number / 60'000 % 60);
    const auto hour = static_cast<int>(number / 3'600'000 % 24);
    return formatted("2026-03-14T%02d:%02d:%02d.%03dZ", hour, minute, second,
                     static_cast<int>(number % 1000));
}

} // namespace

std::string plainMessage(std::int64_t number)
{
    const std::uint64_t random = mixed(number);
    const std::string note = random % 4 == 0 ? "\"ring twice\"" : "null";
    return formatted(
        R"({"order_id":"ord-%010lld","customer_id":"cus-%07u","restaurant_id":"res-%05u",)"
        R"("status":"%s","items":%u,"loyalty_points":%llu,"distance_m":%u,"created_at":"%s",)"
        R"("amount":%u.%02u,"tip":%u.%u5,"latitude":48.%06u,"paid":%s,"note":%s})",
        static_cast<long long>(number), static_cast<unsigned>(random % 9'999'999),
        static_cast<unsigned>(random % 99'991), statuses[random % statuses.size()],
        static_cast<unsigned>(random % 9 + 1), static_cast<unsigned long long>(random >> 12U),
        static_cast<unsigned>(random % 20'000), timeOf(number).c_str(),
        static_cast<unsigned>(random % 90 + 5), static_cast<unsigned>(random % 100),
        static_cast<unsigned>(random % 7), static_cast<unsigned>(random % 9 + 1),
        static_cast<unsigned>(random % 999'999), random % 3 == 0 ? "false" : "true", note.c_str());
}

std::string nextVersionMessage(std::int64_t number)
{
    const std::uint64_t random = mixed(number);
    return formatted(
        R"({"order_id":"ord-%010lld","customer_id":"cus-%07u","restaurant_id":"res-%05u",)"
        R"("status":"%s","items":%u,"loyalty_points":%llu,"created_at":"%s","amount":%u.%02u,)"
        R"("tip":%u.%u5,"latitude":48.%06u,"paid":%s,"channel":"app","eta_s":%u,"rating":%u.5})",
        static_cast<long long>(number), static_cast<unsigned>(random % 9'999'999),
        static_cast<unsigned>(random % 99'991), statuses[random % statuses.size()],
        static_cast<unsigned>(random % 9 + 1), static_cast<unsigned long long>(random >> 12U),
        timeOf(number).c_str(), static_cast<unsigned>(random % 90 + 5),
        static_cast<unsigned>(random % 100), static_cast<unsigned>(random % 7),
        static_cast<unsigned>(random % 9 + 1), static_cast<unsigned>(random % 999'999),
        random % 3 == 0 ? "false" : "true", static_cast<unsigned>(random % 3'600),
        static_cast<unsigned>(random % 5));
}

std::string wideMessage(std::int64_t number)
{
    std::string made = "{";
    for (int key = 0; key < wideKeys; ++key) {
        const std::uint64_t random = mixed(number * wideKeys + key);
        made += formatted("%s\"field_%03d\":", key == 0 ? "" : ",", key);
        switch (key % 4) {
        case 0:
            made += std::to_string(random % 1'000'000'000);
            break;
        case 1:
            made += formatted("%u.%02u", static_cast<unsigned>(random % 10'000),
                              static_cast<unsigned>(random % 99 + 1));
            break;
        case 2:
            made += formatted("\"text %05u\"", static_cast<unsigned>(random % 99'991));
            break;
        default:
            made += random % 2 == 0 ? "true" : "false";
        }
    }
    return made + "}";
}

std::string timedMessage(std::int64_t number, std::int64_t sentUs)
{
    return formatted(R"({"seq":%lld,"sent_us":%lld,)", static_cast<long long>(number),
                     static_cast<long long>(sentUs)) +
           plainMessage(number).substr(1);
}

std::string largeMessage(std::int64_t number, std::size_t bytes)
{
    return "{\"number\":" + std::to_string(number) + ",\"filler\":\"" + std::string(bytes, 'x') +
           "\"}";
}

} // namespace millrace::bench
