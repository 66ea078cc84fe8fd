// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/param_arrays.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::postgres;

class TstParamArrays : public QObject
{
    Q_OBJECT

private slots:
    void textEndsInAZeroByte();
    void nothingIsANullPointer();
    void bytesAreAsLongAsTheyAre();
};

void TstParamArrays::textEndsInAZeroByte()
{
    const std::string whole = "orders and more";
    const std::vector<Param> params{Param(std::string_view(whole).substr(0, 6)), Param("")};
    const ParamArrays arrays(params);
    QCOMPARE(arrays.count(), 2);
    QCOMPARE(std::string(arrays.values()[0]), std::string("orders"));
    QCOMPARE(std::string(arrays.values()[1]), std::string());
    QCOMPARE(arrays.formats()[0], 0);
}

void TstParamArrays::nothingIsANullPointer()
{
    const std::vector<Param> params{Param(std::nullopt), Param(std::string_view())};
    const ParamArrays arrays(params);
    QVERIFY(arrays.values()[0] == nullptr);
    QVERIFY(arrays.values()[1] != nullptr);
}

void TstParamArrays::bytesAreAsLongAsTheyAre()
{
    const std::vector<Param> params{Param::bytes(std::string_view("a\0b", 3))};
    const ParamArrays arrays(params);
    QCOMPARE(arrays.formats()[0], 1);
    QCOMPARE(arrays.lengths()[0], 3);
    QCOMPARE(arrays.values()[0][2], 'b');
}

MR_TEST(TstParamArrays)
#include "tst_param_arrays.moc"
