// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/page_request.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::http;

class TstPageRequest : public QObject
{
    Q_OBJECT

private slots:
    void aHundredLinesUnlessAsked();
    void limitsAreBounded_data();
    void limitsAreBounded();
};

void TstPageRequest::aHundredLinesUnlessAsked()
{
    Request request;
    QCOMPARE(pageOf(request)->limit, std::int64_t{100});
    QCOMPARE(pageOf(request)->after, std::string());
    request.parameters = {{"after", "7"}, {"limit", "3"}};
    QCOMPARE(pageOf(request)->limit, std::int64_t{3});
    QCOMPARE(pageOf(request)->after, std::string("7"));
}

void TstPageRequest::limitsAreBounded_data()
{
    QTest::addColumn<std::string>("limit");
    QTest::addColumn<bool>("isGood");
    for (const char* good : {"1", "1000"})
        QTest::newRow(good) << std::string(good) << true;
    for (const char* bad : {"0", "1001", "-1", "+1", " 1", "1 ", "1e2", "", "9223372036854775808"})
        QTest::newRow(bad) << std::string(bad) << false;
}

void TstPageRequest::limitsAreBounded()
{
    QFETCH(std::string, limit);
    QFETCH(bool, isGood);
    Request request;
    request.parameters = {{"limit", limit}};
    const auto page = pageOf(request);
    QCOMPARE(bool(page), isGood);
    if (!page)
        QCOMPARE(page.problems().front().field, std::string("limit"));
}

MR_TEST(TstPageRequest)
#include "tst_page_request.moc"
