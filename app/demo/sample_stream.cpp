// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/sample_stream.h"

#include "app/demo/json_object.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace millrace::demo {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view orderTopic = "orders";
constexpr std::string_view statusTopic = "order-status";
constexpr std::string_view consumerTopic = "consumer";
constexpr std::string_view restaurantTopic = "restaurant";

constexpr double brokenShare = 0.005;
constexpr double lateShare = 0.03;
constexpr double tombstoneShare = 0.02; ///< of the consumer topic: accounts that are closed
constexpr std::int64_t consumers = 20'000;
constexpr std::int64_t restaurants = 400;
constexpr std::int64_t minuteMs = 60'000;

constexpr std::array firstNames{"Aylin"sv, "Björn"sv,   "Chiara"sv, "Daria"sv,  "Émile"sv,
                                "Fatou"sv, "Giorgos"sv, "Hanna"sv,  "Ivo"sv,    "Jun"sv,
                                "Łucja"sv, "Mei"sv,     "Nadia"sv,  "Øyvind"sv, "Priya"sv};
constexpr std::array lastNames{"Andersson"sv, "Bianchi"sv,   "Çelik"sv,    "Dubois"sv, "García"sv,
                               "Horvat"sv,    "Ivanova"sv,   "Kowalski"sv, "Müller"sv, "Nguyen"sv,
                               "O'Brien"sv,   "Papadakis"sv, "Silva"sv,    "Tanaka"sv, "Wang"sv};
constexpr std::array cities{"Berlin"sv, "Hamburg"sv, "Köln"sv, "Wien"sv, "Zürich"sv, "Kraków"sv};
constexpr std::array streets{"Lindenallee"sv, "Hauptstraße"sv, "Am Markt"sv,    "Seeweg"sv,
                             "Rue du Lac"sv,  "Ulica Długa"sv, "Gartenstraße"sv};
constexpr std::array cuisines{"italian"sv,  "indian"sv,  "vietnamese"sv, "turkish"sv,
                              "japanese"sv, "mexican"sv, "georgian"sv};
constexpr std::array dishes{"Margherita"sv, "Pad Thai"sv,   "Bibimbap"sv, "Falafel plate"sv,
                            "Ramen"sv,      "Khachapuri"sv, "Burrito"sv,  "Palak paneer"sv,
                            "Pho bo"sv,     "Lahmacun"sv};
constexpr std::array statuses{"placed"sv,    "accepted"sv,  "cooking"sv,
                              "picked_up"sv, "delivered"sv, "rated"sv};
constexpr std::array payments{"card"sv, "cash"sv, "paypal"sv, "voucher"sv};
constexpr std::array notes{"please ring twice"sv, "no onions"sv, "leave it at the door 🚪"sv,
                           "allergic to nuts"sv, "third floor, left"sv};

/// What appears later, by messages made: about 500 a second, so 30,000 a minute.
namespace act {
constexpr std::int64_t coupon = 3'000;
constexpr std::int64_t decimalRating = 6'000;
constexpr std::int64_t etaMinutes = 9'000;
constexpr std::int64_t wordyTip = 12'000;
constexpr std::int64_t loyalty = 15'000;
constexpr std::int64_t courier = 20'000;
constexpr std::int64_t openingHours = 26'000;
constexpr std::int64_t allergens = 45'000;
constexpr std::int64_t carbon = 75'000;
constexpr std::int64_t newsletter = 110'000;
constexpr std::int64_t groupOrder = 150'000;
constexpr std::int64_t bigLedgerNumber = 200'000;
constexpr std::int64_t photo = 270'000;
} // namespace act

std::string padded(std::string_view prefix, std::int64_t number)
{
    std::array<char, 24> digits{};
    std::snprintf(digits.data(), digits.size(), "%07lld", static_cast<long long>(number));
    return std::string(prefix) + digits.data();
}

} // namespace

std::string rfc3339(std::int64_t ms)
{
    const std::time_t seconds = ms / 1'000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 24> tail{};
    std::snprintf(tail.data(), tail.size(), ".%03dZ", static_cast<int>(ms % 1'000));
    return std::string(text.data(), size) + tail.data();
}

const std::vector<std::string>& SampleStream::topics()
{
    static const std::vector<std::string> names{std::string(orderTopic), std::string(consumerTopic),
                                                std::string(restaurantTopic),
                                                std::string(statusTopic)};
    return names;
}

SampleStream::SampleStream(std::uint64_t seed)
    : m_random(seed)
{
}

bool SampleStream::chance(double share)
{
    return std::uniform_real_distribution<double>(0, 1)(m_random) < share;
}

std::int64_t SampleStream::below(std::int64_t limit)
{
    return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(m_random);
}

std::string SampleStream::money(std::int64_t centsMax)
{
    const std::int64_t cents = below(centsMax);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%lld.%02lld", static_cast<long long>(cents / 100),
                  static_cast<long long>(cents % 100));
    return text.data();
}

SampleMessage SampleStream::next(std::int64_t nowMs)
{
    const std::int64_t late = chance(lateShare) ? (1 + below(180)) * minuteMs : 0;
    const std::int64_t roll = below(100);
    const std::int64_t eventMs = nowMs - late;
    SampleMessage message = roll < 30   ? order(eventMs)
                            : roll < 78 ? status(eventMs)
                            : roll < 94 ? consumer(eventMs)
                                        : restaurant(eventMs);
    message.timestampMs = eventMs;
    if (message.value && chance(brokenShare))
        message.value = spoil(std::move(*message.value));
    ++m_made;
    return message;
}

std::string SampleStream::items()
{
    std::string list = "[";
    const std::int64_t count = 1 + below(4);
    for (std::int64_t i = 0; i < count; ++i) {
        JsonObject item;
        item.text("dish", pick(dishes)).number("quantity", 1 + below(3)).raw("price", money(2'400));
        if (since(act::allergens) && chance(0.3))
            item.raw("allergens", R"(["nuts","gluten"])");
        list += (i == 0 ? "" : ",") + std::move(item).take();
    }
    return list + "]";
}

std::string SampleStream::delivery(std::int64_t nowMs)
{
    JsonObject geo;
    geo.raw("lat", "52." + std::to_string(1'000 + below(9'000)))
        .raw("lon", "13." + std::to_string(1'000 + below(9'000)));
    JsonObject address;
    address.text("street", std::string(pick(streets)) + " " + std::to_string(1 + below(120)))
        .text("city", pick(cities));
    JsonObject delivery;
    delivery.raw("address", std::move(address).take())
        .raw("geo", std::move(geo).take())
        .text("promisedAt", rfc3339(nowMs + (20 + below(40)) * minuteMs));
    if (since(act::etaMinutes))
        delivery.number("etaMinutes", 15 + below(45));
    if (since(act::carbon) && chance(0.5))
        delivery.number("carbonGrams", 50 + below(900));
    return std::move(delivery).take();
}

SampleMessage SampleStream::order(std::int64_t nowMs)
{
    const std::int64_t id = ++m_orders;
    m_open.push_back({id, 0});
    if (m_open.size() > 5'000)
        m_open.pop_front();
    JsonObject order;
    order.text("orderId", padded("o-", id))
        .text("consumerId", padded("c-", below(consumers)))
        .text("restaurantId", padded("r-", below(restaurants)))
        .text("createdAt", rfc3339(nowMs))
        .raw("items", items())
        .raw("total", money(9'000))
        .text("currency", chance(0.8) ? "EUR" : "CHF")
        .raw("delivery", delivery(nowMs))
        .text("payment", pick(payments));
    if (since(act::wordyTip) && chance(0.04))
        order.text("tip", "in cash");
    else
        order.number("tip", below(8));
    if (chance(0.2))
        order.text("note", pick(notes));
    if (since(act::coupon) && chance(0.15))
        order.text("coupon", "WELCOME" + std::to_string(below(50)));
    if (since(act::groupOrder) && chance(0.1))
        order.raw("group", "{\"size\":" + std::to_string(2 + below(9)) + ",\"split\":true}");
    if (since(act::bigLedgerNumber) && chance(0.1))
        order.raw("ledgerNumber", "90071992547409" + std::to_string(1'000 + below(8'999)));
    return {orderTopic, padded("o-", id), std::move(order).take(), nowMs};
}

SampleMessage SampleStream::status(std::int64_t nowMs)
{
    if (m_open.empty())
        return order(nowMs);
    const auto at = static_cast<std::size_t>(below(static_cast<std::int64_t>(m_open.size())));
    OpenOrder& open = m_open[at];
    JsonObject event;
    event.text("orderId", padded("o-", open.id))
        .text("status", statuses[static_cast<std::size_t>(open.status)])
        .text("at", rfc3339(nowMs));
    if (since(act::courier) && open.status >= 3) {
        JsonObject courier;
        courier.text("id", padded("k-", below(300))).text("vehicle", chance(0.7) ? "bike" : "car");
        event.raw("courier", std::move(courier).take());
    }
    if (open.status + 1 == static_cast<int>(statuses.size()))
        event.number("stars", 1 + below(5));
    if (since(act::photo) && open.status == 4)
        event.text("photo", "https://example.invalid/p/" + std::to_string(open.id) + ".jpg");
    const std::int64_t id = open.id;
    if (++open.status == static_cast<int>(statuses.size())) {
        m_open[at] = m_open.back();
        m_open.pop_back();
    }
    return {statusTopic, padded("o-", id), std::move(event).take(), nowMs};
}

SampleMessage SampleStream::consumer(std::int64_t nowMs)
{
    const std::int64_t id = below(consumers);
    if (since(act::coupon) && chance(tombstoneShare))
        return {consumerTopic, padded("c-", id), std::nullopt, nowMs};
    const std::string name = std::string(pick(firstNames)) + " " + std::string(pick(lastNames));
    JsonObject consumer;
    consumer.text("consumerId", padded("c-", id))
        .text("name", name)
        .text("city", pick(cities))
        .boolean("active", !chance(0.05))
        .text("createdAt", rfc3339(nowMs - below(1'000) * 24 * 60 * minuteMs))
        .raw("phone",
             chance(0.6) ? "\"+49 30 " + std::to_string(10'000 + below(89'999)) + "\"" : "null");
    if (since(act::loyalty)) {
        JsonObject loyalty;
        loyalty.text("tier", chance(0.2) ? "gold" : "basic").number("points", below(5'000));
        consumer.raw("loyalty", std::move(loyalty).take());
    }
    if (since(act::newsletter))
        consumer.boolean("newsletter", chance(0.4));
    return {consumerTopic, padded("c-", id), std::move(consumer).take(), nowMs};
}

SampleMessage SampleStream::restaurant(std::int64_t nowMs)
{
    const std::int64_t id = below(restaurants);
    JsonObject restaurant;
    restaurant.text("restaurantId", padded("r-", id))
        .text("name", std::string(pick(lastNames)) + "’s " + std::string(pick(dishes)))
        .text("cuisine", pick(cuisines))
        .text("city", pick(cities))
        .boolean("open", chance(0.8))
        .text("updatedAt", rfc3339(nowMs));
    const std::string rating = std::to_string(1 + below(5));
    const bool decimal = since(act::decimalRating) && rating != "5";
    restaurant.raw("rating", decimal ? rating + "." + std::to_string(below(10)) : rating);
    if (since(act::openingHours))
        restaurant.raw("openingHours", R"([{"day":"mon","from":"11:00","to":"22:30"}])");
    return {restaurantTopic, padded("r-", id), std::move(restaurant).take(), nowMs};
}

std::string SampleStream::spoil(std::string value)
{
    switch (below(10)) {
    case 0:
        return value.substr(0, value.size() / 2);
    case 1:
        return "<html><body>502 Bad Gateway</body></html>";
    case 2:
        return value.insert(value.size() / 2, "\xff\xfe");
    case 3:
        return {};
    case 4:
        return R"({"orderId":"o-0","note":"a zero byte: \u0000"})";
    case 5:
        return R"({"orderId":"o-0","total":NaN})";
    case 6:
        return std::string("\0\0\0\0\x2a", 5) + value;
    case 7:
        return R"({"orderId":"o-0","total":1e400000})";
    case 8:
        return value + value;
    default:
        return std::string(600, '[') + std::string(600, ']');
    }
}

} // namespace millrace::demo
