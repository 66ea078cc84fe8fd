// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/answer.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstAnswer : public QObject
{
    Q_OBJECT

private slots:
    void givesAllRowsThenNothing();
    void theRowsThatMayComeAreBounded();
    void theBytesThatMayComeAreBounded();
    void aLongCellIsCutAtACharacter();
    void anErrorEndsIt();
};

namespace {

/// An answer of one column whose rows are these.
struct Source
{
    std::vector<std::optional<std::string_view>> values;
    std::size_t next = 0;
    int finished = 0;
    AnswerRow row = {};

    Answer answer(AnswerLimits limits = {})
    {
        return {{{"a", "text", ValueKind::Text}},
                {},
                limits,
                [this]() -> Result<const AnswerRow*> {
                    if (next == values.size())
                        return nullptr;
                    row = {values[next++]};
                    return &row;
                },
                [this] { ++finished; }};
    }
};

int count(Answer& answer)
{
    int rows = 0;
    for (auto row = answer.next(); row && *row != nullptr; row = answer.next())
        ++rows;
    return rows;
}

} // namespace

void TstAnswer::givesAllRowsThenNothing()
{
    Source source{{"a", std::nullopt, "c"}};
    Answer answer = source.answer();
    QCOMPARE(count(answer), 3);
    QCOMPARE(answer.end(), (AnswerEnd{3, CutBy::Nothing, 0}));
    QVERIFY(*answer.next() == nullptr);
    QCOMPARE(source.finished, 1);
}

void TstAnswer::theRowsThatMayComeAreBounded()
{
    Source source{{"a", "b", "c"}};
    Answer exact = source.answer({.rowsMax = 3});
    QCOMPARE(count(exact), 3);
    QVERIFY(exact.end().cut == CutBy::Nothing);
    source.next = 0;
    Answer cut = source.answer({.rowsMax = 2});
    QCOMPARE(count(cut), 2);
    QVERIFY(cut.end().cut == CutBy::Rows);
}

void TstAnswer::theBytesThatMayComeAreBounded()
{
    Source source{{"aaaa", "bbbb", "cccc"}};
    Answer answer = source.answer({.bytesMax = 8});
    QCOMPARE(count(answer), 2);
    QVERIFY(answer.end().cut == CutBy::Bytes);
}

void TstAnswer::aLongCellIsCutAtACharacter()
{
    Source source{{"abcdü", "abc"}};
    Answer answer = source.answer({.cellBytesMax = 5});
    QCOMPARE(*(**answer.next())[0], std::string_view("abcd"));
    QCOMPARE(answer.cutCells(), CutCells{0});
    QCOMPARE(*(**answer.next())[0], std::string_view("abc"));
    QVERIFY(answer.cutCells().empty());
    QVERIFY(*answer.next() == nullptr);
    QCOMPARE(answer.end().cutCells, std::int64_t{1});
}

void TstAnswer::anErrorEndsIt()
{
    int finished = 0;
    Answer answer(
        {{"a", "text", ValueKind::Text}}, {}, {},
        []() -> Result<const AnswerRow*> {
            return Error{Scope::Batch, Code::Retry, "", ""};
        },
        [&] { ++finished; });
    QVERIFY(!answer.next());
    QCOMPARE(finished, 1);
    QVERIFY(*answer.next() == nullptr);
}

MR_TEST(TstAnswer)
#include "tst_answer.moc"
