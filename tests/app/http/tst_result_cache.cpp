// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/result_cache.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstResultCache : public QObject
{
    Q_OBJECT

private slots:
    void givesWhatWasKept();
    void theLongestUnusedGoFirst();
    void whatIsTooLargeIsNotKept();
    void keepingAgainReplaces();
};

void TstResultCache::givesWhatWasKept()
{
    ResultCache cache;
    QVERIFY(!cache.find("a"));
    cache.keep("a", "one");
    QCOMPARE(*cache.find("a"), std::string("one"));
    QVERIFY(!cache.find("b"));
    const CacheFigures figures = cache.figures();
    QCOMPARE(figures.hits, std::int64_t{1});
    QCOMPARE(figures.misses, std::int64_t{2});
    QCOMPARE(figures.bytes, std::int64_t{4});
}

void TstResultCache::theLongestUnusedGoFirst()
{
    ResultCache cache(30); // three of ten bytes
    for (const char* key : {"a", "b", "c"})
        cache.keep(key, "123456789");
    QVERIFY(cache.find("a"));
    cache.keep("d", "123456789");
    QVERIFY(cache.find("a"));
    QVERIFY(!cache.find("b"));
    QVERIFY(cache.find("c"));
    QVERIFY(cache.find("d"));
    QCOMPARE(cache.figures().answers, std::int64_t{3});
}

void TstResultCache::whatIsTooLargeIsNotKept()
{
    ResultCache cache(10);
    cache.keep("a", "1234567890");
    QVERIFY(!cache.find("a"));
    QCOMPARE(cache.figures().bytes, std::int64_t{0});
}

void TstResultCache::keepingAgainReplaces()
{
    ResultCache cache;
    cache.keep("a", "one");
    cache.keep("a", "three");
    QCOMPARE(*cache.find("a"), std::string("three"));
    QCOMPARE(cache.figures().bytes, std::int64_t{6});
    QCOMPARE(cache.figures().answers, std::int64_t{1});
}

MR_TEST(TstResultCache)
#include "tst_result_cache.moc"
