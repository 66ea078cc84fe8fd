// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/more_writer.h"
#include "core/record/decoder.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;

class TstMoreWriter : public QObject
{
    Q_OBJECT

private slots:
    void mirrorsTheRecord_data();
    void mirrorsTheRecord();
    void startsAnewAfterClear();
};

namespace {

/// All values of the message go to _more.
QString moreOf(const std::string& value)
{
    record::Message message;
    message.hasValue = true;
    message.value = value;
    record::Decoder decoder{Limits{}};
    record::Decoded decoded;
    decoder.decode(std::span(&message, 1), decoded);
    landing::MoreWriter writer;
    for (const record::Cell& cell : decoded.cells)
        writer.add(cell, decoder.paths());
    for (const record::LooseValue& loose : decoded.loose)
        writer.add(loose);
    return QString::fromUtf8(writer.write().data(), static_cast<qsizetype>(writer.write().size()));
}

} // namespace

void TstMoreWriter::mirrorsTheRecord_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("more");
    const auto same = [](const char* name, const char* value) {
        QTest::newRow(name) << value << value;
    };
    same("flat", R"({"a":1,"b":"x","c":true,"d":1.50,"e":[1,2]})");
    same("nested", R"({"a":{"b":{"c":1,"d":2},"e":3},"f":4})");
    QTest::newRow("escapes") << R"({"a\"b":"line\nend"})"
                             << R"({"a\"b":"line\u000aend"})";
    QTest::newRow("parted") << R"({"a":{"x":1},"b":2,"a.x":3})"
                            << R"({"a":{"x":1},"a.x":3,"b":2})";
    QTest::newRow("keys that are ids") << R"({"m":{"12":{"v":1},"b":2},"7":3})"
                                       << R"({"7":3,"m":{"12":{"v":1},"b":2}})";
    QTest::newRow("no object") << "[1,2]"
                               << R"({"$millrace":{"message":[1,2]}})";
    QTest::newRow("our own name") << R"({"$millrace":{"key":"theirs","own":1},"z":2})"
                                  << R"({"$millrace":{"own":{"key":"theirs","own":1}},"z":2})";
    QTest::newRow("our own name, a value") << R"({"$millrace":5})"
                                           << R"({"$millrace":{"own":5}})";
}

void TstMoreWriter::mirrorsTheRecord()
{
    QFETCH(QString, value);
    QFETCH(QString, more);
    QCOMPARE(moreOf(value.toStdString()), more);
}

void TstMoreWriter::startsAnewAfterClear()
{
    landing::MoreWriter writer;
    QVERIFY(writer.empty());
    writer.addKey("\xff");
    writer.addTimestamp(-1);
    QVERIFY(!writer.empty());
    QCOMPARE(std::string(writer.write()),
             std::string("{\"$millrace\":{\"key\":\"/w==\",\"timestamp\":-1}}"));
    writer.clear();
    QVERIFY(writer.empty());
    QCOMPARE(std::string(writer.write()), std::string("{}"));
}

MR_TEST(TstMoreWriter)
#include "tst_more_writer.moc"
