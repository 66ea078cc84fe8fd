// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/aggregate_json.h"
#include "core/query/aggregate_sql.h"
#include "core/schema/identifier.h"
#include "tests/core/query/request_generator.h"
#include "tests/harness/postgres_cluster.h"
#include "tests/integration/aggregate_oracle.h"
#include "tests/integration/bucket_oracle.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace;
using namespace millrace::harness;
using namespace millrace::integration;
using namespace millrace::query;
using schema::ColumnType;

/// Structured requests on a real server, against an oracle that counts by brute force.
class TstAggregate : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void answersAreWhatBruteForceFinds_data();
    void answersAreWhatBruteForceFinds();
    void bucketsBeginAtTheFirstMomentOfTheirs();
    void aDayHasTheHoursThatItsZoneSays();
    void numbersStayExact();
    void textsAreFoundAsTheyAreWritten();
    void specialValuesHaveBucketsAndBins();
    void everyZoneIsKnownToTheServer();

private:
    void makeTable(const std::string& name, const std::string& topic, int rows, unsigned seed);
    [[nodiscard]] std::vector<SqlRow> ask(const AggregateRequest& request);
    [[nodiscard]] QString difference(const AggregateRequest& request);

    PostgresCluster m_cluster;
    std::unique_ptr<SqlClient> m_sql;
    Catalogue m_catalogue;
    std::map<std::string, Table> m_tables;
    int m_rowsSeen = 0;
};

namespace {

using Own = std::vector<std::pair<std::string, ColumnType>>;

SourceTable described(const std::string& name, const std::string& topic)
{
    SourceTable table;
    table.topic = topic;
    table.name = {"public", name};
    for (const auto& [column, type] : Own{{"_partition", ColumnType::BigInt},
                                          {"_generation", ColumnType::BigInt},
                                          {"_offset", ColumnType::BigInt},
                                          {"_time", ColumnType::Timestamp},
                                          {"_ingested", ColumnType::Timestamp},
                                          {"_key", ColumnType::Text},
                                          {"id", ColumnType::BigInt},
                                          {"Name \"x\"", ColumnType::Text},
                                          {"amount", ColumnType::Numeric},
                                          {"ratio", ColumnType::Double},
                                          {"at", ColumnType::Timestamp},
                                          {"ok", ColumnType::Bool},
                                          {"doc", ColumnType::Json},
                                          {"big", ColumnType::BigInt}})
        table.columns.push_back({column, type, std::string(schema::sqlName(type)), {}, {}});
    return table;
}

/// Values that meet each other often; a third of them around changes of the clocks.
class Values
{
public:
    explicit Values(unsigned seed)
        : m_random(seed)
    {
    }

    std::optional<std::string> of(ColumnType type, const std::string& column)
    {
        if (column == "_partition")
            return std::to_string(upTo(2));
        if (column == "_generation")
            return std::to_string(1 + upTo(1));
        if (column == "_offset")
            return std::to_string(m_offset++);
        if (upTo(9) == 0)
            return std::nullopt;
        switch (type) {
        case ColumnType::Bool:
            return upTo(1) == 0 ? "true" : "false";
        case ColumnType::BigInt:
            return std::to_string((column == "big" ? 9'007'199'254'740'992 : 0) + upTo(20));
        case ColumnType::Numeric:
            return (upTo(9) == 0 ? "900719925474099" : "") + std::to_string(upTo(40)) + "." +
                   std::to_string(upTo(9));
        case ColumnType::Double:
            return upTo(40) == 0 ? "NaN" : std::to_string(upTo(80) * 0.25 - 10);
        case ColumnType::Timestamp:
            return moment();
        case ColumnType::Json:
            return std::to_string(upTo(2));
        case ColumnType::Text:
            break;
        }
        const std::vector<std::string> words{"paid", "PAID",  "",    "50%",    "a_b",
                                             "axb",  "\"q\"", "äöÜ", "back\\", "NULL"};
        return words[static_cast<std::size_t>(upTo(9))];
    }

private:
    int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(m_random); }

    std::string moment()
    {
        const std::vector<std::string> days{"2024-03-30", "2024-10-26", "2024-11-02",
                                            "2024-04-06", "2024-10-05", "1999-12-31"};
        const QDate day = QDate::fromString(
            QString::fromStdString(days[static_cast<std::size_t>(upTo(5))]), Qt::ISODate);
        const QDateTime time =
            day.startOfDay(Qt::UTC).addSecs(300 * upTo(500)).addMSecs(upTo(3) == 0 ? 250 : 0);
        return time.toString(Qt::ISODateWithMs).toStdString();
    }

    std::mt19937 m_random;
    int m_offset = 0;
};

/// What ranks groups exactly: two sums of doubles that differ in their last bit may not.
bool ranksExactly(const Measure& measure)
{
    return measure.kind <= MeasureKind::Sum || measure.kind == MeasureKind::Min ||
           measure.kind == MeasureKind::Max;
}

/// Whether two rows stand as the request sorts them; looked at up to the first double, which is not
/// exact enough to tell.
bool standsBefore(const Cells& one, const Cells& two, const AggregateRequest& request,
                  const std::vector<ColumnType>& types)
{
    for (const SortKey& key : request.sort) {
        const auto measure = std::find_if(request.measures.begin(), request.measures.end(),
                                          [&](const Measure& each) { return each.as == key.name; });
        const auto index = request.dimensions.size() +
                           static_cast<std::size_t>(measure - request.measures.begin());
        if (types[index] == ColumnType::Double)
            return true;
        if (one[index].isNull() != two[index].isNull())
            return one[index].isNull() == key.nullsFirst;
        const int order = one[index].compare(two[index]);
        if (order != 0)
            return (order < 0) != key.descending;
    }
    if (request.top && request.top->withOther && one.back().exact != two.back().exact)
        return one.back().exact < two.back().exact;
    for (std::size_t i = 0; i < request.dimensions.size(); ++i)
        if (const int order = one[i].compare(two[i]); order != 0)
            return order < 0 || types[i] == ColumnType::Json;
    return true;
}

} // namespace

void TstAggregate::makeTable(const std::string& name, const std::string& topic, int rows,
                             unsigned seed)
{
    const SourceTable* source = m_catalogue.find(name);
    std::string columns;
    for (const SourceColumn& column : source->columns)
        columns +=
            (columns.empty() ? "" : ", ") + schema::quoted(column.name) + " " +
            (column.name == "_partition" || column.name == "_generation" ? std::string("int4")
                                                                         : column.sqlType);
    m_sql->run("CREATE TABLE " + schema::quoted(name) + " (" + columns + ")");
    Table& table = m_tables[name];
    table.source = source;
    Values values(seed);
    for (int i = 0; i < rows; ++i) {
        Cells& cells = table.rows.emplace_back();
        std::string list;
        for (const SourceColumn& column : source->columns) {
            const auto value = values.of(column.type, column.name);
            list += (list.empty() ? "" : ", ") + (value ? schema::literal(*value) : "NULL");
            cells.push_back(cellOf(value, column.type));
        }
        m_sql->run("INSERT INTO " + schema::quoted(name) + " VALUES (" + list + ")");
    }
    QCOMPARE(m_catalogue.find(topic), source);
}

void TstAggregate::initTestCase()
{
    m_cluster.start();
    m_sql = std::make_unique<SqlClient>(m_cluster.conninfo());
    m_sql->run("SET TimeZone = 'UTC'");
    m_catalogue = Catalogue({described("events", "Events-Topic"), described("people", "people")});
    makeTable("events", "Events-Topic", 150, 1);
    makeTable("people", "people", 40, 2);
}

std::vector<SqlRow> TstAggregate::ask(const AggregateRequest& request)
{
    const auto made = compileAggregate(request, m_catalogue);
    if (!made)
        throw std::runtime_error(made.problems().front().message);
    std::vector<std::string> params;
    for (const auto& param : made->params)
        params.push_back(*param);
    return m_sql->rows(made->sql, params);
}

QString TstAggregate::difference(const AggregateRequest& request)
{
    AggregateRequest whole = request;
    whole.limit = {};
    const auto rows = ask(whole);
    const auto types = answerTypes(whole, m_tables);
    auto wanted = expectedAnswer(whole, m_tables);
    m_rowsSeen += static_cast<int>(rows.size());
    if (rows.size() != wanted.size())
        return QString("%1 rows, not %2").arg(rows.size()).arg(wanted.size());
    Cells former;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Cells have;
        for (std::size_t column = 0; column < types.size(); ++column)
            have.push_back(cellOf(rows[i][column], types[column]));
        const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const Cells& line) {
            return std::equal(line.begin(), line.end(), have.begin(), have.end(), agrees);
        });
        if (found == wanted.end()) {
            QStringList texts;
            for (const auto& value : rows[i])
                texts += QString::fromStdString(value.value_or("NULL"));
            return "not expected: " + texts.join(" | ");
        }
        wanted.erase(found);
        if (i > 0 && !standsBefore(former, have, whole, types))
            return "not in order";
        former = std::move(have);
    }
    if (request.limit) {
        const auto some = ask(request);
        const auto count = std::min(rows.size(), static_cast<std::size_t>(*request.limit));
        if (some != std::vector<SqlRow>(rows.begin(), rows.begin() + static_cast<int>(count)))
            return "limit does not give the first rows";
    }
    return {};
}

void TstAggregate::answersAreWhatBruteForceFinds_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TstAggregate::answersAreWhatBruteForceFinds()
{
    QFETCH(unsigned, seed);
    tests::RequestGenerator generator(m_catalogue, seed);
    m_rowsSeen = 0;
    for (int i = 0; i < 80; ++i) {
        AggregateRequest request = generator.next();
        if (request.top) {
            const auto by = std::find_if(request.measures.begin(), request.measures.end(),
                                         [](const Measure& each) { return ranksExactly(each); });
            if (by == request.measures.end())
                request.top.reset();
            else
                request.top->by = by->as;
        }
        const QString told = difference(request);
        if (!told.isEmpty())
            QFAIL((told.toStdString() + "\n" + aggregateJson(request) + "\n" +
                   compileAggregate(request, m_catalogue)->sql)
                      .c_str());
    }
    QVERIFY(m_rowsSeen > 200);
}

void TstAggregate::bucketsBeginAtTheFirstMomentOfTheirs()
{
    for (const char* zone : {"Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe",
                             "America/Havana", "America/Sao_Paulo", "UTC"}) {
        for (const TimeBucket& bucket :
             {TimeBucket{1, BucketUnit::Hour, zone}, TimeBucket{2, BucketUnit::Hour, zone},
              TimeBucket{15, BucketUnit::Minute, zone}, TimeBucket{1, BucketUnit::Day, zone},
              TimeBucket{3, BucketUnit::Day, zone}, TimeBucket{1, BucketUnit::Week, zone},
              TimeBucket{1, BucketUnit::Month, zone}, TimeBucket{1, BucketUnit::Quarter, zone},
              TimeBucket{1, BucketUnit::Year, zone}, TimeBucket{20, BucketUnit::Second, zone}}) {
            AggregateRequest request{.source = {"events"}};
            request.dimensions = {{"at", "start", bucket, {}}, {"at", "row", {}, {}}};
            for (const SqlRow& row : ask(request)) {
                const Cell start = cellOf(row[0], ColumnType::Timestamp);
                const Cell moment = cellOf(row[1], ColumnType::Timestamp);
                if (moment.isNull())
                    continue;
                QVERIFY(start.compare(moment) <= 0);
                QVERIFY2(static_cast<std::int64_t>(start.exact) ==
                             bucketStart(bucket, static_cast<std::int64_t>(moment.exact)),
                         (std::string(zone) + " " + *row[1] + " " + *row[0]).c_str());
            }
        }
    }
}

void TstAggregate::aDayHasTheHoursThatItsZoneSays()
{
    m_sql->run(
        "CREATE TABLE hours AS SELECT 1 AS _partition, 1 AS _generation, h AS _offset,"
        " t AS _time, t AS _ingested, NULL::text AS _key, h AS id, t AS at"
        " FROM generate_series(0, 8800) AS h,"
        " LATERAL (SELECT timestamptz '2023-12-31 23:00Z' + h * interval '1 hour' AS t) AS x");
    SourceTable hours = described("hours", "hours");
    std::erase_if(hours.columns, [](const SourceColumn& column) {
        return column.name == "big" || column.name == "doc";
    });
    const Catalogue own({hours});
    AggregateRequest request{.source = {"hours"}, .measures = {{}}};
    request.dimensions = {{"at", "day", TimeBucket{1, BucketUnit::Day, "Europe/Paris"}, {}}};
    const auto made = compileAggregate(request, own);
    QVERIFY(made);
    std::map<std::string, std::string> counts;
    for (const SqlRow& row : m_sql->rows(made->sql, {"Europe/Paris"}))
        counts[*row[0]] = *row[1];
    QCOMPARE(counts["2024-03-30 23:00:00+00"], std::string("23"));
    QCOMPARE(counts["2024-10-26 22:00:00+00"], std::string("25"));
    QCOMPARE(counts["2024-07-13 22:00:00+00"], std::string("24"));
}

void TstAggregate::numbersStayExact()
{
    AggregateRequest request{.source = {"events"}};
    request.measures = {{MeasureKind::Sum, "big"}, {MeasureKind::Max, "big"}};
    const auto rows = ask(request);
    QCOMPARE(*rows[0][0], m_sql->value("SELECT sum(big::numeric) FROM events"));
    QCOMPARE(*rows[0][1], std::string("9007199254741012"));
    request.where = {{{"big", FilterOp::Equal, {"9007199254740993"}}}};
    request.measures = {{}};
    QCOMPARE(*ask(request)[0][0],
             m_sql->value("SELECT count(*) FROM events WHERE big = 9007199254740993"));
}

void TstAggregate::textsAreFoundAsTheyAreWritten()
{
    AggregateRequest request{.source = {"events"}, .dimensions = {{"Name \"x\""}}};
    const auto found = [&](FilterOp op, const std::string& text) {
        request.where = {{{"Name \"x\"", op, {text}}}};
        std::string names;
        for (const SqlRow& row : ask(request))
            names += *row[0] + ";";
        return names;
    };
    QCOMPARE(found(FilterOp::Contains, "aid"), std::string("PAID;paid;"));
    QCOMPARE(found(FilterOp::Contains, "A_"), std::string("a_b;"));
    QCOMPARE(found(FilterOp::Contains, "0%"), std::string("50%;"));
    QCOMPARE(found(FilterOp::Contains, "\\"), std::string("back\\;"));
    QCOMPARE(found(FilterOp::StartsWith, "pa"), std::string("paid;"));
    QCOMPARE(found(FilterOp::In, "\"q\""), std::string("\"q\";"));
    QCOMPARE(found(FilterOp::In, "NULL"), std::string("NULL;"));
    QCOMPARE(found(FilterOp::Equal, "'; DROP TABLE events; --"), std::string());
}

void TstAggregate::specialValuesHaveBucketsAndBins()
{
    m_sql->run(
        "CREATE TABLE special AS SELECT 1 AS _partition, 1 AS _generation, 1 AS _offset,"
        " now() AS _time, r AS ratio, r::text::numeric AS amount, a AS at FROM (VALUES"
        " ('Infinity'::float8, 'infinity'::timestamptz), ('-Infinity', '-infinity'),"
        " ('NaN', NULL), (0.3, NULL), (0.29999999999999993, NULL), (1e300, NULL)) AS v(r, a)");
    const Catalogue own({described("special", "special")});
    const auto values = [&](const Dimension& dimension) {
        const auto made = compileAggregate({.source = {"special"}, .dimensions = {dimension}}, own);
        std::vector<std::string> params;
        for (const auto& param : made->params)
            params.push_back(*param);
        std::string texts;
        for (const SqlRow& row : m_sql->rows(made->sql, params))
            texts += row[0].value_or("NULL").substr(0, 10) + ";";
        return texts;
    };
    const std::string bins = "-Infinity;0.2;0.3;1000000000;Infinity;NaN;";
    QCOMPARE(values({"ratio", {}, {}, NumericBin{"0.1"}}), bins);
    QCOMPARE(values({"amount", {}, {}, NumericBin{"0.1"}}), bins);
    for (int unit = 0; unit <= static_cast<int>(BucketUnit::Year); ++unit)
        QCOMPARE(
            values({"at", {}, TimeBucket{1, static_cast<BucketUnit>(unit), "Europe/Paris"}, {}}),
            std::string("-infinity;infinity;NULL;"));
    for (const auto unit :
         {BucketUnit::Second, BucketUnit::Minute, BucketUnit::Hour, BucketUnit::Day})
        QCOMPARE(values({"at", {}, TimeBucket{2, unit, "Asia/Kathmandu"}, {}}),
                 std::string("-infinity;infinity;NULL;"));
}

void TstAggregate::everyZoneIsKnownToTheServer()
{
    std::set<std::string> known;
    for (const SqlRow& row : m_sql->rows("SELECT name FROM pg_timezone_names"))
        known.insert(*row[0]);
    AggregateRequest request{.source = {"events"}, .measures = {{}}};
    int accepted = 0;
    for (const std::string& name : known) {
        request.dimensions = {{"at", {}, TimeBucket{1, BucketUnit::Day, name}, {}}};
        accepted += compileAggregate(request, m_catalogue) ? 1 : 0;
    }
    QVERIFY2(accepted > 400, std::to_string(accepted).c_str());
}

MR_TEST(TstAggregate)
#include "tst_aggregate.moc"
