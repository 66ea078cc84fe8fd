// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/result.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace;
using namespace std::string_literals;

class TstError : public QObject
{
    Q_OBJECT

private slots:
    void namesEveryCodeAndScopeDifferently();
    void describesItselfWithItsOrigin();
    void resultsHoldAValueOrAnError();
};

void TstError::namesEveryCodeAndScopeDifferently()
{
    constexpr int last = static_cast<int>(Code::Internal);
    std::set<std::string_view> codes;
    for (int code = 0; code <= last; ++code)
        codes.insert(codeName(static_cast<Code>(code)));
    QCOMPARE(codes.size(), static_cast<std::size_t>(last) + 1);
    std::set<std::string_view> scopes;
    for (const Scope scope : {Scope::Record, Scope::Batch, Scope::Connection, Scope::Process})
        scopes.insert(scopeName(scope));
    QCOMPARE(scopes, (std::set<std::string_view>{"record", "batch", "connection", "process"}));
    QVERIFY(Scope::Record < Scope::Batch && Scope::Connection < Scope::Process);
}

void TstError::describesItselfWithItsOrigin()
{
    const Error error{Scope::Record, Code::RecordRefused, "The value is too long.", "orders[3]@7"};
    QCOMPARE(describe(error), "The value is too long. (orders[3]@7)"s);
    QCOMPARE(describe({Scope::Process, Code::Internal, "Broken.", ""}), "Broken."s);
}

void TstError::resultsHoldAValueOrAnError()
{
    Result<std::string> good("yes"s);
    QVERIFY(good.has_value() && static_cast<bool>(good));
    QCOMPARE(good->size(), 3u);
    const std::string moved = std::move(good).value();
    QCOMPARE(moved, "yes"s);
    const Result<std::string> bad(Error{Scope::Batch, Code::Retry, "Again.", ""});
    QVERIFY(!bad);
    QCOMPARE(bad.error().what, "Again."s);
    const Result<void> done;
    const Result<void> failed(Error{Scope::Batch, Code::Fenced, "Gone.", ""});
    QVERIFY(done && !failed);
    QCOMPARE(failed.error().code, Code::Fenced);
}

MR_TEST(TstError)
#include "tst_error.moc"
