// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/schema/names.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <cstdlib>
#include <random>
#include <unordered_set>

using namespace millrace;
using namespace millrace::schema;
using namespace std::string_literals;

namespace {

const IsTaken nothingTaken = [](std::string_view) { return false; };

/// Names that like to meet: few letters, cases, separators, long tails.
std::string randomKey(std::mt19937_64& random)
{
    static constexpr std::string_view pieces[] = {"a",
                                                  "A",
                                                  "b",
                                                  "_",
                                                  "__",
                                                  ".",
                                                  "-",
                                                  " ",
                                                  "é",
                                                  "字",
                                                  "7",
                                                  "text",
                                                  "aB",
                                                  "\"",
                                                  "'",
                                                  "\\",
                                                  "order",
                                                  "Id",
                                                  "averyveryveryverylongpieceofakey"};
    std::string key;
    for (auto count = random() % 7; count > 0; --count)
        key += pieces[random() % std::size(pieces)];
    return key;
}

} // namespace

class TstNames : public QObject
{
    Q_OBJECT

private slots:
    void staysTheSameBetweenVersions_data();
    void staysTheSameBetweenVersions();
    void namesTables_data();
    void namesTables();
    void suffixesWhatIsTaken();
    void reservesExactlyTheFixedAndSystemColumns();
    void isInjectiveOverRandomPaths();
    void survivesTopicsThatNoIdentifierCanSpell();
};

void TstNames::staysTheSameBetweenVersions_data()
{
    QTest::addColumn<Path>("path");
    QTest::addColumn<QString>("exact");
    QTest::addColumn<QString>("snake");
    QTest::addColumn<QString>("variant");
    const auto row = [](const char* name, Path path, const char* exact, const char* snake,
                        const char* variant) {
        QTest::newRow(name) << std::move(path) << QString(exact) << QString(snake)
                            << QString(variant);
    };
    row("plain", {"amount"}, "amount", "amount", "amount__text");
    row("camel", {"createdAt"}, "createdAt", "created_at", "created_at__text");
    row("capitals", {"HTTPServerURL"}, "HTTPServerURL", "http_server_url", "http_server_url__text");
    row("digits in a word", {"line2Text"}, "line2Text", "line2_text", "line2_text__text");
    row("first digit", {"2fa"}, "2fa", "_2fa", "_2fa__text");
    row("nested", {"address", "City"}, "address_City", "address_city", "address_city__text");
    row("punctuation", {"user-agent v.2"}, "user-agent v.2", "user_agent_v_2",
        "user_agent_v_2__text");
    row("other alphabets", {"größeÄ", "字"}, "größeÄ_字", "größeÄ_字", "größeÄ_字__text");
    row("underscores stay", {"_id"}, "_id", "_id", "_id__text");
    row("key word", {"select"}, "select", "select", "select__text");
    row("whole message", {}, "_value", "_value", "_value__text");
    row("empty key", {""}, "key_7eda146a", "key_7eda146a", "key_44e3ebe4__text");
    row("reserved", {"_offset"}, "_offset_ea8eee42", "_offset_ea8eee42", "_offset__text");
    row("reserved once folded", {"_Offset"}, "_Offset", "_offset_75ba66e6", "_offset__text");
    row("system column", {"xmin"}, "xmin_44e723c7", "xmin_44e723c7", "xmin__text");
    row("63 bytes", {std::string(63, 'x')}, std::string(63, 'x').c_str(),
        std::string(63, 'x').c_str(),
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_83597c3a__text");
    row("64 bytes", {std::string(64, 'x')},
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_44a46b8f",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_44a46b8f",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_a9538fc1__text");
    row("cut inside a character", {"a€€€€€€€€€€€€€€€€€€€€€"},
        "a\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC"
        "\u20AC\u20AC\u20AC_74fdeb00",
        "a\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC"
        "\u20AC\u20AC\u20AC_74fdeb00",
        "a\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC\u20AC"
        "\u20AC_1be85584__text");
    row("quotes", {"\"; DROP TABLE x; --"}, "\"; DROP TABLE x; --", "___drop_table_x____",
        "___drop_table_x______text");
}

void TstNames::staysTheSameBetweenVersions()
{
    QFETCH(Path, path);
    const auto named = [&](std::optional<ColumnType> type, Naming naming) {
        return QString::fromStdString(columnName(path, type, naming, nothingTaken));
    };
    QTEST(named(std::nullopt, Naming::Exact), "exact");
    QTEST(named(std::nullopt, Naming::Snake), "snake");
    QTEST(named(ColumnType::Text, Naming::Snake), "variant");
}

void TstNames::namesTables_data()
{
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("table");
    QTest::newRow("plain") << "orders"
                           << "orders";
    QTest::newRow("hyphen") << "order-status"
                            << "order_status";
    QTest::newRow("dots") << "shop.orders.v1"
                          << "shop_orders_v1";
    QTest::newRow("reserved for columns only") << "xmin"
                                               << "xmin";
    QTest::newRow("longest topic")
        << QString(249, 't') << "tttttttttttttttttttttttttttttttttttttttttttttttttttttt_6a452bef";
}

void TstNames::namesTables()
{
    QFETCH(QString, topic);
    QTEST(QString::fromStdString(tableName(topic.toStdString(), Naming::Snake, nothingTaken)),
          "table");
}

void TstNames::suffixesWhatIsTaken()
{
    const std::string taken = "a_b";
    const auto isTaken = [&](std::string_view name) { return name == taken; };
    const std::string dotted = tableName("a.b", Naming::Snake, isTaken);
    const std::string hyphened = tableName("a-b", Naming::Snake, isTaken);
    QVERIFY(dotted.starts_with("a_b_") && hyphened.starts_with("a_b_"));
    QVERIFY(dotted != hyphened);
    const auto bothTaken = [&](std::string_view name) { return name == taken || name == dotted; };
    const std::string longer = tableName("a.b", Naming::Snake, bothTaken);
    QVERIFY(longer.starts_with(dotted) && longer.size() > dotted.size());
    int refusals = 5;
    const std::string salted = columnName({"a", "b"}, ColumnType::Text, Naming::Snake,
                                          [&](std::string_view) { return refusals-- > 0; });
    QVERIFY(salted.ends_with("__text"));
}

void TstNames::reservesExactlyTheFixedAndSystemColumns()
{
    const char* reserved[] = {"_partition", "_generation", "_offset", "_time",  "_ingested",
                              "_key",       "_headers",    "_more",   "_value", "tableoid",
                              "xmin",       "cmin",        "xmax",    "cmax",   "ctid"};
    for (const char* name : reserved)
        QVERIFY2(isReservedColumn(name), name);
    for (const char* name : {"_id", "oid", "select", "_Offset", "offset", ""})
        QVERIFY2(!isReservedColumn(name), name);
}

void TstNames::isInjectiveOverRandomPaths()
{
    const auto seed = std::random_device{}();
    qInfo("seed %u", seed);
    const std::size_t count = qEnvironmentVariableIsSet("MILLRACE_LONG") ? 1'000'000 : 100'000;
    std::mt19937_64 random(seed);
    std::unordered_set<std::string> taken;
    std::unordered_set<std::string> paths;
    const IsTaken isTaken = [&](std::string_view name) {
        return taken.contains(std::string(name));
    };
    while (paths.size() < count) {
        Path path;
        for (auto depth = 1 + random() % 5; depth > 0; --depth)
            path.push_back(randomKey(random));
        if (!paths.insert(displayPath(path)).second)
            continue;
        const Naming naming = random() % 4 == 0 ? Naming::Exact : Naming::Snake;
        const auto type = static_cast<ColumnType>(random() % 7);
        const auto variant = random() % 3 == 0 ? std::optional(type) : std::nullopt;
        const std::string name = columnName(path, variant, naming, isTaken);
        const bool sound = !name.empty() && name.size() <= nameBytesMax && isUtf8(name) &&
                           !isReservedColumn(name) && name.find('\0') == std::string::npos;
        QVERIFY2(sound, qPrintable(QString::fromStdString(displayPath(path) + " -> " + name)));
        QVERIFY2(taken.insert(name).second, name.c_str());
    }
}

void TstNames::survivesTopicsThatNoIdentifierCanSpell()
{
    for (const std::string& topic : {"\xff\xfe"s, "a\0b"s, "../../x"s, ""s, "\xed\xa0\x80"s}) {
        for (const Naming naming : {Naming::Snake, Naming::Exact}) {
            const std::string name = tableName(topic, naming, nothingTaken);
            QVERIFY(!name.empty() && isUtf8(name) && name.find('\0') == std::string::npos);
        }
    }
    QVERIFY(tableName("a\0b"s, Naming::Exact, nothingTaken) !=
            tableName("a_b", Naming::Exact, nothingTaken));
}

MR_TEST(TstNames)
#include "tst_names.moc"
