// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/foreign_format.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::record;
using namespace std::string_literals;

class TstForeignFormat : public QObject
{
    Q_OBJECT

private slots:
    void recognises_data();
    void recognises();
};

void TstForeignFormat::recognises_data()
{
    QTest::addColumn<std::string>("bytes");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* name, std::string bytes, const char* found) {
        QTest::newRow(name) << std::move(bytes) << QString(found);
    };
    row("nothing", "", "");
    row("text", "hello", "");
    row("Avro frame", "\0\0\0\x01\x02\x06"s, "framed schema id 258");
    row("framed JSON", "\0\0\0\0\x07{\"a\":1}"s, "framed schema id 7");
    row("too short for a frame", "\0\0\0\1"s, "");
    row("gzip", "\x1f\x8b\x08"s, "framed gzip");
    row("zstd", "\x28\xb5\x2f\xfd"s, "framed zstd");
    row("lz4", "\x04\x22\x4d\x18"s, "framed lz4");
    row("snappy", "\x82SNAPPY\0"s, "framed snappy");
    row("zlib", "\x78\x9c\x01"s, "framed zlib");
    row("Avro file", "Obj\x01"s, "framed Avro object container");
    row("Parquet", "PAR1\x15"s, "framed Parquet");
    row("UTF-16 little", "{\0\"\0a\0"s, "not_utf8 UTF-16");
    row("UTF-16 big", "\0{\0\"\0a"s, "not_utf8 UTF-16");
    row("UTF-16 with a mark", "\xff\xfe{\0"s, "not_utf8 UTF-16");
    row("UTF-16 big with a mark", "\xfe\xff\0{"s, "not_utf8 UTF-16");
    row("UTF-32 little", "{\0\0\0}\0\0\0"s, "not_utf8 UTF-32");
    row("UTF-32 big", "\0\0\0{\0\0\0}"s, "not_utf8 UTF-32");
    row("UTF-32 with a mark", "\xff\xfe\0\0"s, "not_utf8 UTF-32");
}

void TstForeignFormat::recognises()
{
    QFETCH(std::string, bytes);
    QFETCH(QString, found);
    const auto reject = recognise(bytes);
    QCOMPARE(reject.has_value(), !found.isEmpty());
    if (!reject)
        return;
    QCOMPARE(QString::fromUtf8(rejectClassName(reject->rejectClass).data()),
             found.section(' ', 0, 0));
    const QString reason = QString::fromStdString(reject->reason);
    QVERIFY2(reason.contains(found.section(' ', 1)), qPrintable(reason));
}

MR_TEST(TstForeignFormat)
#include "tst_foreign_format.moc"
