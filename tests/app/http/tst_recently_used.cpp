// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/recently_used.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstRecentlyUsed : public QObject
{
    Q_OBJECT

private slots:
    void theLongestUnusedGoFirst();
    void keepingAgainReplaces();
    void whatIsTooLargeIsNotKept();
    void aValueOutlivesItsPlace();
};

void TstRecentlyUsed::theLongestUnusedGoFirst()
{
    RecentlyUsed<int> numbers(30); // three of ten bytes
    for (const char* key : {"a", "b", "c"})
        numbers.keep(key, 1, 9);
    QVERIFY(numbers.find("a"));
    numbers.keep("d", 2, 9);
    QVERIFY(numbers.find("a"));
    QVERIFY(!numbers.find("b"));
    QVERIFY(numbers.find("c"));
    QCOMPARE(*numbers.find("d"), 2);
    QCOMPARE(numbers.count(), std::int64_t{3});
    QCOMPARE(numbers.bytes(), std::int64_t{30});
}

void TstRecentlyUsed::keepingAgainReplaces()
{
    RecentlyUsed<int> numbers(30);
    numbers.keep("a", 1, 3);
    numbers.keep("a", 2, 5);
    QCOMPARE(*numbers.find("a"), 2);
    QCOMPARE(numbers.bytes(), std::int64_t{6});
    QCOMPARE(numbers.count(), std::int64_t{1});
}

void TstRecentlyUsed::whatIsTooLargeIsNotKept()
{
    RecentlyUsed<int> numbers(10);
    numbers.keep("a", 1, 10);
    QVERIFY(!numbers.find("a"));
    QCOMPARE(numbers.bytes(), std::int64_t{0});
}

void TstRecentlyUsed::aValueOutlivesItsPlace()
{
    RecentlyUsed<std::string> texts(10);
    texts.keep("a", "one", 3);
    const auto one = texts.find("a");
    texts.keep("b", "two", 9);
    QVERIFY(!texts.find("a"));
    QCOMPARE(*one, std::string("one"));
}

MR_TEST(TstRecentlyUsed)
#include "tst_recently_used.moc"
