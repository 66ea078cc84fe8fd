// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schema/identifier.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::schema;
using namespace std::string_literals;

class TstIdentifier : public QObject
{
    Q_OBJECT

private slots:
    void quotesIdentifiers();
    void quotesLiterals();
};

void TstIdentifier::quotesIdentifiers()
{
    QCOMPARE(quoted("amount"), "\"amount\""s);
    QCOMPARE(quoted("a\"b\\'"), "\"a\"\"b\\'\""s);
    QCOMPARE(quoted(""), "\"\""s);
    QCOMPARE(quoted(QualifiedName{"public", "x\"; --"}), "\"public\".\"x\"\"; --\""s);
}

void TstIdentifier::quotesLiterals()
{
    QCOMPARE(literal("plain"), "'plain'"s);
    QCOMPARE(literal("it's"), "'it''s'"s);
    QCOMPARE(literal("back\\slash's"), "E'back\\\\slash''s'"s);
    QCOMPARE(literal(""), "''"s);
}

MR_TEST(TstIdentifier)
#include "tst_identifier.moc"
