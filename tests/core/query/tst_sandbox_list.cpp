// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/sandbox_list.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::query;

/// The statements that the program tries on itself.
class TstSandboxList : public QObject
{
    Q_OBJECT

private slots:
    void readsStatementsAndNothingElse();
    void theListCompiledInIsLargeEnough();
};

void TstSandboxList::readsStatementsAndNothingElse()
{
    const auto list =
        sandboxStatements("# refused a\n\nrefused A; B\r\nother C\ntime D\nsession E");
    QCOMPARE(list.size(), std::size_t{3});
    QVERIFY(list[0].expected == Expected::Refused && list[0].sql.starts_with("A; B"));
    QVERIFY(list[1].expected == Expected::Time && list[1].sql == "D");
    QVERIFY(list[2].expected == Expected::Session && list[2].sql == "E");
    QVERIFY(sandboxStatements("").empty());
}

void TstSandboxList::theListCompiledInIsLargeEnough()
{
    const auto list = sandboxStatements(sandboxText());
    QVERIFY(list.size() >= 60);
    for (const Expected expected : {Expected::Refused, Expected::Session, Expected::Time})
        QVERIFY(std::ranges::any_of(
            list, [&](const SandboxStatement& one) { return one.expected == expected; }));
}

MR_TEST(TstSandboxList)
#include "tst_sandbox_list.moc"
