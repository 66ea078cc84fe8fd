// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/table_copy.h"
#include "tests/core/landing/encode_texts.h"
#include "tests/core/landing/landing_scene.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::tests;

class TstTableCopy : public QObject
{
    Q_OBJECT

private slots:
    void numbersAreWhatTheServerMakesOfTheirLiterals();
    void evidenceOfAFaultOfOurOwn();
    void carefullyFindsExactlyTheRefusedRows_data();
    void carefullyFindsExactlyTheRefusedRows();
};

namespace {

/// Texts on their way into a table made by hand, without a planner's DDL.
struct Copying
{
    Copying()
        : connection(scene.connect())
        , copy(connection, texts.encoder)
    {
    }
    landing::CopyJob job()
    {
        indices.clear();
        for (std::uint32_t i = 0; i < texts.messages.size(); ++i)
            indices.push_back(i);
        landing::CopyJob made;
        made.table = {"public", "t"};
        made.schema = &texts.schema;
        made.planner = &texts.planner;
        made.paths = &texts.decoder.paths();
        made.decoded = &texts.decoded;
        made.messages = texts.messages;
        made.columns = texts.plan.columns;
        made.rows = indices;
        made.generation = Generation(1);
        return made;
    }
    void makeTable(const std::string& columns)
    {
        scene.sql.run("CREATE TABLE t (_partition integer, _generation integer, _offset bigint, "
                      "_time timestamptz, _key text, _headers jsonb, _more jsonb, " +
                      columns + ")");
    }
    LandingScene scene;
    postgres::Connection connection;
    EncodeTexts texts;
    landing::TableCopy copy;
    std::vector<std::uint32_t> indices;
};

} // namespace

/// Every literal stands beside itself as text; the server compares value and scale.
void TstTableCopy::numbersAreWhatTheServerMakesOfTheirLiterals()
{
    Copying it;
    std::vector<std::string> values{R"({"n":0.12345678901234567890,"s":"0.12345678901234567890"})"};
    const std::vector<std::string> literals{"0.00",
                                            "-0.0",
                                            "1.10",
                                            "100",
                                            "1e5",
                                            "12.3400e2",
                                            "1.5E-7",
                                            "99999999999999999999.5",
                                            "-123456789012345678901234567890",
                                            "1e-300",
                                            "5e-1",
                                            "10000.0001",
                                            "0.0000000000000001",
                                            "1" + std::string(999, '0'),
                                            "0." + std::string(998, '0') + "7",
                                            "9007199254740993",
                                            "-9223372036854775808",
                                            "9223372036854775807",
                                            "9223372036854775808",
                                            "1234.5600e-2"};
    for (const std::string& literal : literals)
        values.push_back("{\"n\":" + literal + ",\"s\":\"" + literal + "\"}");
    it.texts.run(values);
    it.makeTable("n numeric, s text");
    const auto done = it.copy.copy(it.job());
    QVERIFY2(done, errorOf(done).c_str());
    QCOMPARE(it.scene.text("SELECT string_agg(s || ' became ' || n, '; ') FROM t WHERE n::text <> "
                           "s::numeric::text"),
             "");
    QCOMPARE(it.scene.text("SELECT count(*) FROM t"), QString::number(values.size()));
}

void TstTableCopy::evidenceOfAFaultOfOurOwn()
{
    Copying it;
    it.texts.run({R"({"n":"text"})", R"({"n":"more"})"});
    it.makeTable("n bigint"); // not what the rows are encoded for
    const auto done = it.copy.copy(it.job());
    QVERIFY(!done);
    QVERIFY(done.error().code == Code::EncoderFault);
    QVERIFY2(done.error().what.find("offset 0 begins 0008") != std::string::npos,
             done.error().what.c_str());
}

void TstTableCopy::carefullyFindsExactlyTheRefusedRows_data()
{
    QTest::addColumn<QString>("bad");
    QTest::addColumn<QString>("trigger");
    for (const char* when : {"BEFORE", "AFTER"}) {
        QTest::addRow("none, %s", when) << "" << when;
        QTest::addRow("first, %s", when) << "0" << when;
        QTest::addRow("last, %s", when) << "499" << when;
        QTest::addRow("neighbours, %s", when) << "7 8 9" << when;
        QTest::addRow("scattered, %s", when) << "0 100 101 250 498" << when;
    }
}

void TstTableCopy::carefullyFindsExactlyTheRefusedRows()
{
    QFETCH(QString, bad);
    QFETCH(QString, trigger);
    Copying it;
    std::vector<std::string> values;
    for (int i = 0; i < 500; ++i)
        values.push_back("{\"n\":" + std::to_string(i) + "}");
    it.texts.run(values);
    it.makeTable("n bigint");
    const std::string list = "{" + QString(bad).replace(' ', ',').toStdString() + "}";
    it.scene.sql.run("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.n = "
                     "ANY ('" +
                     list +
                     "'::bigint[]) THEN RAISE EXCEPTION 'odd' USING ERRCODE = "
                     "'22003'; END IF; RETURN NEW; END$$; CREATE TRIGGER x " +
                     trigger.toStdString() + " INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()");
    QVERIFY(it.connection.execute("BEGIN"));
    const auto refused = it.copy.copyCarefully(it.job(), 64);
    QVERIFY2(refused, errorOf(refused).c_str());
    QVERIFY(it.connection.execute("COMMIT"));
    QStringList found;
    for (const landing::RefusedRow& row : *refused)
        found += QString::number(row.message);
    QCOMPARE(found.join(" "), bad);
    QCOMPARE(it.scene.text("SELECT count(DISTINCT n) FROM t"), QString::number(500 - found.size()));
}

MR_TEST(TstTableCopy)
#include "tst_table_copy.moc"
