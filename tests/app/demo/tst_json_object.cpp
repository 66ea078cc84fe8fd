// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/json_object.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::demo;

class TstJsonObject : public QObject
{
    Q_OBJECT

private slots:
    void writesFieldsInOrder();
};

void TstJsonObject::writesFieldsInOrder()
{
    JsonObject object;
    object.text("a", "x\"y").number("n", -3).boolean("b", true).raw("list", "[1]");
    const std::string expected = R"({"a":"x\"y","n":-3,"b":true,"list":[1]})";
    QCOMPARE(std::move(object).take(), expected);
    QCOMPARE(JsonObject().take(), std::string("{}"));
}

MR_TEST(TstJsonObject)
#include "tst_json_object.moc"
