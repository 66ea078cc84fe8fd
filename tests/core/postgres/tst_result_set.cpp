// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/result_set.h"
#include "tests/support/test_database.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::string_literals;

class TstResultSet : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryKindOfValue();
    void readsBytesInEitherForm_data();
    void readsBytesInEitherForm();
    void countsWhatWasTouched();
    void anEmptyOneIsHarmless();
};

void TstResultSet::readsEveryKindOfValue()
{
    auto session = tests::openSession(tests::testCluster().conninfo());
    const auto rows = session.query("SELECT -9223372036854775808, NULL::int8, true, false, "
                                    "1.5e300::float8, 'h\u00e9'::text, ''::text");
    QVERIFY(rows);
    QCOMPARE(rows->rows(), 1);
    QCOMPARE(rows->columns(), 7);
    QCOMPARE(rows->number(0, 0), INT64_MIN);
    QVERIFY(rows->isNull(0, 1));
    QVERIFY(!rows->optionalNumber(0, 1));
    QCOMPARE(rows->number(0, 1), std::int64_t{0});
    QVERIFY(rows->boolean(0, 2));
    QVERIFY(!rows->boolean(0, 3));
    QCOMPARE(rows->real(0, 4), 1.5e300);
    QCOMPARE(rows->text(0, 5), std::string_view("hé"));
    QVERIFY(!rows->isNull(0, 6));
    QCOMPARE(rows->text(0, 6), std::string_view(""));
}

void TstResultSet::readsBytesInEitherForm_data()
{
    QTest::addColumn<std::string>("form");
    QTest::newRow("hex") << "hex"s;
    QTest::newRow("escape") << "escape"s;
}

void TstResultSet::readsBytesInEitherForm()
{
    QFETCH(std::string, form);
    auto session = tests::openSession(tests::testCluster().conninfo());
    std::string all;
    for (int i = 0; i < 256; ++i)
        all += static_cast<char>(i);
    QVERIFY(session.execute("SET bytea_output = " + form));
    const auto rows = session.query("SELECT $1::bytea, ''::bytea", {Param::bytes(all)});
    QVERIFY(rows);
    QCOMPARE(rows->bytes(0, 0), all);
    QCOMPARE(rows->bytes(0, 1), ""s);
}

void TstResultSet::countsWhatWasTouched()
{
    auto session = tests::openSession(tests::testCluster().conninfo());
    const auto results = session.execute("CREATE TEMP TABLE t (n int); INSERT INTO t SELECT "
                                         "generate_series(1, 7); DELETE FROM t WHERE n > 4");
    QVERIFY(results);
    QCOMPARE(results->size(), std::size_t{3});
    QCOMPARE((*results)[0].affected(), std::int64_t{0});
    QCOMPARE((*results)[1].affected(), std::int64_t{7});
    QCOMPARE((*results)[2].affected(), std::int64_t{3});
}

void TstResultSet::anEmptyOneIsHarmless()
{
    const ResultSet none;
    QCOMPARE(none.rows(), 0);
    QCOMPARE(none.columns(), 0);
    QCOMPARE(none.affected(), std::int64_t{0});
}

MR_TEST(TstResultSet)
#include "tst_result_set.moc"
