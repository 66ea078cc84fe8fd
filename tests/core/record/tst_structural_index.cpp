// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/structural_index.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::record;
using Status = StructuralIndex::Status;

class TstStructuralIndex : public QObject
{
    Q_OBJECT

private slots:
    void findsWhereTokensBegin();
    void tellsWhatIsWrong();
    void growsAndGivesBack();
};

void TstStructuralIndex::findsWhereTokensBegin()
{
    StructuralIndex index;
    const std::string text = R"( {"a\"{":[1 ,tru]} )";
    QCOMPARE(index.load(text), Status::Ok);
    const std::vector<std::uint32_t> expected{
        1, 2, 8, 9, 10, 12, 13, 16, 17, static_cast<std::uint32_t>(text.size())};
    const auto* positions = index.positions();
    QCOMPARE(std::vector<std::uint32_t>(positions, positions + expected.size()), expected);
    QCOMPARE(std::string(index.text(), text.size()), text);
    for (std::size_t i = 0; i < 64; ++i)
        QCOMPARE(index.text()[text.size() + i], '\0');
}

void TstStructuralIndex::tellsWhatIsWrong()
{
    StructuralIndex index;
    QCOMPARE(index.load(""), Status::Empty);
    QCOMPARE(index.load(" \n"), Status::Empty);
    QCOMPARE(index.load("\"\xff\""), Status::NotUtf8);
    QCOMPARE(index.load("\"a"), Status::UnclosedString);
    QCOMPARE(index.load("\"a\nb\""), Status::ControlCharacter);
    QCOMPARE(index.load("1"), Status::Ok);
}

void TstStructuralIndex::growsAndGivesBack()
{
    StructuralIndex index;
    for (const std::size_t size : {10U, 5'000U, 70'000U, 20U, 1'000'000U, 100U}) {
        const std::string text = "[\"" + std::string(size, 'x') + "\"]";
        QCOMPARE(index.load(text), Status::Ok);
        QCOMPARE(index.positions()[2], static_cast<std::uint32_t>(size + 3));
        QCOMPARE(index.positions()[3], static_cast<std::uint32_t>(size + 4));
        QCOMPARE(std::string(index.text(), text.size()), text);
        index.trim();
    }
}

MR_TEST(TstStructuralIndex)
#include "tst_structural_index.moc"
