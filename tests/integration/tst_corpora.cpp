// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/documents.h"
#include "tests/integration/scene.h"
#include "tests/support/corpora.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <bit>
#include <cstdlib>
#include <set>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace millrace::tests;
using namespace std::chrono_literals;

class TstCorpora : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyMessageEndsAsStated_data();
    void everyMessageEndsAsStated();
    void numbersComeBackAsTheSameBits();
    void hostileTextComesBackAsKeyAndHeader();
    void noneOfThemRaisesAnAlarm();

private:
    [[nodiscard]] const std::vector<CorpusMessage>& only(const QString& corpus) const;

    Stage m_stage;
    std::unique_ptr<Scene> m_scene;
    /// Messages by corpus, then by topic.
    std::map<QString, std::map<QString, std::vector<CorpusMessage>>> m_corpora;
};

namespace {

/// What SQL says about one topic.
struct Landed
{
    Documents rows;
    std::map<std::pair<int, std::int64_t>, std::vector<std::string>> letters; ///< original bytes
    /// Numbers of more than 1,000 digits: the corpora go by PostgreSQL's 131,072.
    std::set<std::pair<int, std::int64_t>> outOfRange;
};

std::string bytesOfHex(const std::string& hex) // "\x6162"
{
    std::string bytes;
    for (std::size_t i = 2; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

Landed landed(Scene& scene, const std::string& topic)
{
    Landed found{.rows = readDocuments(scene.sql(), topic), .letters = {}, .outOfRange = {}};
    scene.sql().run("SET bytea_output = hex");
    for (const SqlRow& row :
         scene.sql().rows("SELECT partition, record_offset, value, class FROM millrace.dead_letter"
                          " WHERE topic = $1",
                          {topic})) {
        const std::pair<int, std::int64_t> place{std::stoi(*row[0]), std::stoll(*row[1])};
        found.letters[place].push_back(bytesOfHex(row[2].value_or("")));
        if (*row[3] == "out_of_range")
            found.outOfRange.insert(place);
    }
    return found;
}

std::size_t countAt(const auto& map, const std::pair<int, std::int64_t>& place)
{
    const auto found = map.find(place);
    return found == map.end() ? 0 : found->second.size();
}

/// Empty when the message ended as its class says.
std::string complaint(const CorpusMessage& message, const Landed& found,
                      const std::pair<int, std::int64_t>& place)
{
    const std::size_t rows = countAt(found.rows, place);
    const std::size_t letters = countAt(found.letters, place);
    const std::string counts =
        std::to_string(rows) + " rows and " + std::to_string(letters) + " letters";
    if (!message.value)
        return rows + letters == 0 ? "" : "a tombstone has " + counts;
    if (rows + letters != 1)
        return counts;
    if (message.expected == "must_dead_letter" && letters != 1)
        return "must be a dead letter";
    const bool mustLand = message.expected == "must_land" || message.expected == "control";
    if (mustLand && rows != 1 && !found.outOfRange.contains(place))
        return "must be a row";
    if (letters == 1)
        return found.letters.at(place).front() == *message.value ? ""
                                                                 : "the letter has other bytes";
    const std::string sent = canonical(readJson(*message.value));
    const std::string back = canonical(found.rows.at(place).front());
    return sent == back ? "" : "sent " + sent.substr(0, 300) + " came back " + back.substr(0, 300);
}

/// Where each message of a topic stands, in order.
std::vector<std::pair<int, std::int64_t>> placesOf(const std::vector<CorpusMessage>& messages)
{
    std::map<int, std::int64_t> next;
    std::vector<std::pair<int, std::int64_t>> places;
    for (const CorpusMessage& message : messages)
        places.emplace_back(message.partition, next[message.partition]++);
    return places;
}

std::string nameOf(const Scene& scene, const CorpusMessage& message)
{
    return scene.topic("." + message.topic.toStdString());
}

std::string complaints(Scene& scene, const std::vector<CorpusMessage>& messages)
{
    const Landed found = landed(scene, nameOf(scene, messages.front()));
    const auto places = placesOf(messages);
    std::string all;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string said = complaint(messages[i], found, places[i]);
        if (!said.empty())
            all += messages[i].topic.toStdString() + " " + messages[i].name.toStdString() + ": " +
                   said + "\n";
    }
    const std::set<std::pair<int, std::int64_t>> known(places.begin(), places.end());
    for (const auto& [place, documents] : found.rows)
        all += known.contains(place) ? "" : "a row that nobody sent\n";
    for (const auto& [place, letters] : found.letters)
        all += known.contains(place) ? "" : "a letter that nobody sent\n";
    return all;
}

/// Hostile text as names of columns, 90 a topic: beyond 100 children of a path values go to _more.
std::map<QString, std::vector<CorpusMessage>> asKeys(const std::vector<CorpusMessage>& messages)
{
    constexpr std::size_t namesATopic = 90;
    std::map<QString, std::vector<CorpusMessage>> topics;
    std::set<std::string> names;
    for (const CorpusMessage& message : messages) {
        const bool isText =
            message.corpus == "naughty_strings" || message.corpus == "sql_injection";
        if (!isText || !message.key || message.expected != "must_land" ||
            !names.insert(*message.key).second)
            continue;
        CorpusMessage made;
        made.corpus = "keys";
        made.topic = "keys" + QString::number((names.size() - 1) / namesATopic);
        made.name = QString::fromStdString(*message.key);
        const std::string key = nlohmann::json(*message.key).dump();
        made.value = "{" + key + ":1,\"o\":{" + key + ":2}}";
        made.expected = "must_land";
        topics[made.topic].push_back(made);
    }
    return topics;
}

void send(Scene& scene, const std::vector<CorpusMessage>& messages)
{
    int partitions = 1;
    for (const CorpusMessage& message : messages)
        partitions = std::max(partitions, message.partition + 1);
    // some records are years old: the broker must not take them away
    scene.createTopic("." + messages.front().topic.toStdString(), partitions,
                      {{"retention.ms", "-1"}});
    for (const CorpusMessage& message : messages)
        scene.producer().produce({.topic = nameOf(scene, message),
                                  .value = message.value,
                                  .key = message.key,
                                  .partition = message.partition,
                                  .timestampMs = std::max<std::int64_t>(0, message.timestampMs),
                                  .headers = message.headers});
}

} // namespace

void TstCorpora::initTestCase()
{
    const QString folder = corporaFolder();
    if (folder.isEmpty())
        QSKIP("set MILLRACE_CORPORA to the folder of the test corpora");
    const std::vector<CorpusMessage> messages = loadCorpora(folder);
    for (const CorpusMessage& message : messages)
        m_corpora[message.corpus][message.topic].push_back(message);
    m_corpora["keys"] = asKeys(messages);
    m_stage.start();
    m_scene = std::make_unique<Scene>(m_stage, "corpora");
    m_scene->startWorker();
    for (const auto& [corpus, topics] : m_corpora) {
        for (const auto& [topic, sent] : topics)
            send(*m_scene, sent);
    }
    m_scene->producer().flush();
}

const std::vector<CorpusMessage>& TstCorpora::only(const QString& corpus) const
{
    return m_corpora.at(corpus).begin()->second;
}

void TstCorpora::everyMessageEndsAsStated_data()
{
    QTest::addColumn<QString>("corpus");
    for (const auto& [corpus, topics] : m_corpora)
        QTest::newRow(qPrintable(corpus)) << corpus;
}

void TstCorpora::everyMessageEndsAsStated()
{
    QFETCH(QString, corpus);
    std::string all;
    std::size_t messages = 0;
    for (const auto& [topic, sent] : m_corpora[corpus]) {
        messages += sent.size();
        const std::string trouble = m_scene->trouble("." + topic.toStdString());
        all += trouble.empty() ? "" : topic.toStdString() + ": " + trouble + "\n";
        all += complaints(*m_scene, sent);
    }
    if (!all.empty())
        std::fprintf(stderr, "%s\n", all.substr(0, 12'000).c_str());
    QVERIFY(all.empty());
    qInfo("%s: %zu messages", qPrintable(corpus), messages);
}

void TstCorpora::numbersComeBackAsTheSameBits()
{
    const auto& messages = only("numbers");
    const std::string table = m_scene->oracle().tableOf(nameOf(*m_scene, messages.front()));
    std::map<std::int64_t, std::string> back; // offset → x as text
    m_scene->sql().forEachRow("SELECT _offset, x::text FROM " + table, [&](const SqlRow& row) {
        back[std::stoll(*row[0])] = row[1].value_or("NULL");
    });
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (messages[i].expected != "must_land")
            continue;
        const std::string literal = messages[i].name.toStdString();
        const auto row = back.find(static_cast<std::int64_t>(i));
        if (row == back.end())
            continue; // a letter, as everyMessageEndsAsStated has it
        const std::string& text = row->second;
        const double wanted = std::strtod(literal.c_str(), nullptr);
        const double found = std::strtod(text.c_str(), nullptr);
        // a numeric column has no negative zero, as documented
        const bool same =
            std::bit_cast<std::uint64_t>(wanted) == std::bit_cast<std::uint64_t>(found) ||
            (wanted == 0 && found == 0);
        QVERIFY2(same && text != "Infinity", (literal + " came back as " + text).c_str());
    }
}

void TstCorpora::hostileTextComesBackAsKeyAndHeader()
{
    for (const char* corpus : {"naughty_strings", "sql_injection"}) {
        const auto& messages = only(corpus);
        std::map<std::int64_t, SqlRow> rows;
        m_scene->sql().forEachRow("SELECT _offset, _key, _headers FROM " +
                                      m_scene->oracle().tableOf(nameOf(*m_scene, messages.front())),
                                  [&](const SqlRow& row) { rows[std::stoll(*row[0])] = row; });
        for (std::size_t i = 0; i < messages.size(); ++i) {
            if (!messages[i].key || messages[i].expected != "must_land")
                continue;
            const SqlRow& row = rows.at(static_cast<std::int64_t>(i));
            QCOMPARE(row[1].value_or("NULL"), *messages[i].key);
            const auto headers = nlohmann::json::parse(row[2].value_or("null"));
            QCOMPARE(headers.size(), 1U);
            QCOMPARE(headers[0][1].get<std::string>(), *messages[i].key);
        }
    }
}

void TstCorpora::noneOfThemRaisesAnAlarm()
{
    QCOMPARE(m_scene->alarmTexts(), std::string());
}

MR_TEST(TstCorpora)

#include "tst_corpora.moc"
