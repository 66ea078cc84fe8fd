// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/sql_state.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::postgres;

class TstSqlState : public QObject
{
    Q_OBJECT

private slots:
    void classesFollowTheReliabilityTable_data();
    void classesFollowTheReliabilityTable();
};

namespace {

void rows(Code code, During during, const std::vector<const char*>& states)
{
    static int number = 0;
    for (const char* state : states) {
        const std::string name = std::string(state) + " as " + std::string(codeName(code)) + " " +
                                 std::to_string(++number);
        QTest::newRow(name.c_str()) << std::string(state) << during << code;
    }
}

} // namespace

void TstSqlState::classesFollowTheReliabilityTable_data()
{
    QTest::addColumn<std::string>("state");
    QTest::addColumn<During>("during");
    QTest::addColumn<Code>("code");
    for (const During during : {During::Statement, During::Copy, During::Alter, During::Connect}) {
        rows(Code::Retry, during,
             {"40001", "40P01", "57014", "08006", "08003", "57P01", "57P02", "57P03", "53300"});
        rows(Code::WaitForOperator, during,
             {"53100", "53200", "28000", "28P01", "42501", "25006", "3D000"});
        rows(Code::LockTimeout, during, {"55P03"});
        rows(Code::TableLimit, during == During::Connect ? During::Copy : during, {"54011"});
    }
    for (const During during : {During::Statement, During::Copy, During::Alter})
        rows(Code::RefreshSchema, during, {"42703", "42P01", "42804", "42P07", "42701"});
    rows(Code::RefreshSchema, During::Alter, {"0A000", "2BP01", "23505", "22003"});
    rows(Code::UserRule, During::Copy, {"23502", "23505", "23514", "42809", "42P17", "P0001"});
    rows(Code::EncoderFault, During::Copy, {"22P03", "22P04", "08P01", "XX000"});
    rows(Code::RecordRefused, During::Copy,
         {"22001", "22003", "22021", "22P02", "22P05", "54000", "54001"});
    rows(Code::Internal, During::Statement, {"XX000", "58030", "42601", "23514"});
    rows(Code::Corrupt, During::Statement, {"XX001", "XX002"});
    rows(Code::Retry, During::Statement, {"23505", "99999", ""});
    rows(Code::Refused, During::Connect, {"42704", "22023"});
}

void TstSqlState::classesFollowTheReliabilityTable()
{
    QFETCH(std::string, state);
    QFETCH(During, during);
    QFETCH(Code, code);
    QCOMPARE(codeName(codeOfSqlState(state, during)), codeName(code));
}

MR_TEST(TstSqlState)
#include "tst_sql_state.moc"
