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
    void countsWhatCameOfQuestions();
    void whatIsTooLargeIsNotKept();
};

void TstResultCache::givesWhatWasKept()
{
    ResultCache cache;
    QVERIFY(!cache.find("a"));
    cache.keep("a", {"one", "m", "tag"});
    QCOMPARE(cache.find("a")->body, std::string("one"));
    QCOMPARE(cache.find("a")->mark, std::string("m"));
    QCOMPARE(cache.find("a")->tag, std::string("tag"));
    QVERIFY(!cache.find("b"));
}

void TstResultCache::countsWhatCameOfQuestions()
{
    ResultCache cache;
    cache.missed();
    cache.keep("a", {"one", "m", "tag"});
    cache.hit();
    cache.hit();
    cache.clientHad();
    const CacheFigures figures = cache.figures();
    QCOMPARE(figures.hits, std::int64_t{2});
    QCOMPARE(figures.misses, std::int64_t{1});
    QCOMPARE(figures.clients, std::int64_t{1});
    QCOMPARE(figures.answers, std::int64_t{1});
    QCOMPARE(figures.bytes, std::int64_t{8});
}

void TstResultCache::whatIsTooLargeIsNotKept()
{
    ResultCache cache(10);
    cache.keep("a", {"1234567890", "", ""});
    QVERIFY(!cache.find("a"));
    QCOMPARE(cache.figures().bytes, std::int64_t{0});
}

MR_TEST(TstResultCache)
#include "tst_result_cache.moc"
