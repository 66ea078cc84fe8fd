// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/diff.h"
#include "tests/core/schema/table_model.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <random>

using namespace millrace;
using namespace millrace::schema;
using namespace millrace::tests;

/// The properties of schema evolution over random streams; a failure prints its seed, which
/// MILLRACE_SEED repeats.
class TstDiffProperties : public QObject
{
    Q_OBJECT

private slots:
    void anyCutGivesTheSameColumnsAndCells();
    void anyPermutationGivesTheSameSetOfPathsAndTypes();
    void everyValueComesBackAtAnyLimitAndPolicy();

private:
    /// Runs `property` on many streams; it returns what is wrong, or nothing.
    static void forRandomStreams(
        const std::function<std::string(std::mt19937_64&, const ModelStream&)>& property);
    static void landInCuts(std::mt19937_64& random, TableModel& table, const ModelStream& stream,
                           const std::function<void()>& between);
};

void TstDiffProperties::forRandomStreams(
    const std::function<std::string(std::mt19937_64&, const ModelStream&)>& property)
{
    bool isRepeated = false;
    const unsigned given = qEnvironmentVariable("MILLRACE_SEED").toUInt(&isRepeated);
    const unsigned first = isRepeated ? given : std::random_device{}();
    qInfo("first seed %u", first);
    for (unsigned count = isRepeated ? 1 : 300, seed = first; count > 0; --count, ++seed) {
        std::mt19937_64 random(seed);
        const ModelStream stream = randomStream(random, 1 + random() % 120);
        const std::string wrong = property(random, stream);
        QVERIFY2(wrong.empty(), ("seed " + std::to_string(seed) + ": " + wrong).c_str());
    }
}

void TstDiffProperties::landInCuts(std::mt19937_64& random, TableModel& table,
                                   const ModelStream& stream, const std::function<void()>& between)
{
    for (std::size_t begin = 0; begin < stream.size();) {
        const std::size_t size = std::min<std::size_t>(1 + random() % 40, stream.size() - begin);
        table.land(std::span(stream).subspan(begin, size));
        begin += size;
        between();
    }
}

void TstDiffProperties::anyCutGivesTheSameColumnsAndCells()
{
    forRandomStreams([](std::mt19937_64& random, const ModelStream& stream) {
        Limits limits;
        limits.childrenPerParentMax = 1 + static_cast<int>(random() % 6);
        limits.columnsPerTableMax = 8 + static_cast<int>(random() % 40);
        TableModel whole(limits);
        whole.land(stream);
        TableModel single(limits);
        for (const ModelRecord& record : stream)
            single.land({&record, 1});
        TableModel cut(limits);
        landInCuts(random, cut, stream, [] {});
        for (const TableModel* other : {&single, &cut}) {
            if (other->columns() != whole.columns())
                return "columns differ:\n" + whole.columns() + "or\n" + other->columns();
            if (other->cells() != whole.cells())
                return "cells differ:\n" + whole.cells() + "or\n" + other->cells();
        }
        return std::string();
    });
}

void TstDiffProperties::anyPermutationGivesTheSameSetOfPathsAndTypes()
{
    forRandomStreams([](std::mt19937_64& random, const ModelStream& stream) {
        TableModel ordered{Limits{}};
        ordered.land(stream);
        ModelStream shuffled = stream;
        std::ranges::shuffle(shuffled, random);
        for (std::size_t i = 0; i < shuffled.size(); ++i)
            shuffled[i].offset = static_cast<std::int64_t>(i);
        TableModel other{Limits{}};
        landInCuts(random, other, shuffled, [] {});
        if (other.shape() != ordered.shape())
            return "shapes differ: " + ordered.shape() + "or " + other.shape();
        return std::string();
    });
}

void TstDiffProperties::everyValueComesBackAtAnyLimitAndPolicy()
{
    forRandomStreams([](std::mt19937_64& random, const ModelStream& stream) {
        Limits limits;
        limits.childrenPerParentMax = 1 + static_cast<int>(random() % 6);
        limits.columnsPerTableMax = 8 + static_cast<int>(random() % 40);
        limits.wideningsPerColumnMax = static_cast<int>(random() % 3);
        TableModel table(limits);
        landInCuts(random, table, stream, [&] {
            table.schema.rewritable = random() % 2 == 0;
            table.schema.contract = random() % 3 == 0 ? Contract::Freeze : Contract::Evolve;
            table.schema.naming = random() % 2 == 0 ? Naming::Snake : Naming::Exact;
            for (Column& column : table.schema.columns)
                column.pinned = random() % 3 == 0;
        });
        return table.complaint(stream);
    });
}

MR_TEST(TstDiffProperties)
#include "tst_diff_properties.moc"
