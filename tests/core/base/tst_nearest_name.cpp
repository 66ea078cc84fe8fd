// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nearest_name.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <array>

using namespace millrace;
using namespace std::string_literals;

class TstNearestName : public QObject
{
    Q_OBJECT

private slots:
    void findsTheNameThatWasMeant_data();
    void findsTheNameThatWasMeant();
    void theFirstOfEqualsIsTaken();
    void withoutNamesThereIsNone();
    void onlyTheBeginningOfAHugeNameCounts();
};

constexpr std::array<std::string_view, 4> names{"amount", "city", "created_at", "customer"};

void TstNearestName::findsTheNameThatWasMeant_data()
{
    QTest::addColumn<std::string>("written");
    QTest::addColumn<std::string>("meant");
    QTest::newRow("itself") << "city"s
                            << "city"s;
    QTest::newRow("a letter missing") << "custmer"s
                                      << "customer"s;
    QTest::newRow("a letter too many") << "citty"s
                                       << "city"s;
    QTest::newRow("two swapped") << "amuont"s
                                 << "amount"s;
    QTest::newRow("another style") << "createdAt"s
                                   << "created_at"s;
}

void TstNearestName::findsTheNameThatWasMeant()
{
    QFETCH(std::string, written);
    QFETCH(std::string, meant);
    QCOMPARE(nearestName(written, names), std::string_view(meant));
}

void TstNearestName::theFirstOfEqualsIsTaken()
{
    constexpr std::array<std::string_view, 2> pair{"ab", "ac"};
    QCOMPARE(nearestName("ad", pair), std::string_view("ab"));
}

void TstNearestName::withoutNamesThereIsNone()
{
    QVERIFY(nearestName("city", {}).empty());
}

void TstNearestName::onlyTheBeginningOfAHugeNameCounts()
{
    const std::string compared(128, 'x');
    const std::string whole(200, 'x');
    const std::array<std::string_view, 2> pair{whole, compared};
    QCOMPARE(nearestName(whole, pair), std::string_view(compared));
}

MR_TEST(TstNearestName)
#include "tst_nearest_name.moc"
