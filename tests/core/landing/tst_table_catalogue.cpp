// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/landing/table_catalogue.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using landing::Attribute;
using schema::ColumnType;

class TstTableCatalogue : public QObject
{
    Q_OBJECT

private slots:
    void decidesByTheCatalogue_data();
    void decidesByTheCatalogue();
    void missesAFixedColumn_data();
    void missesAFixedColumn();
    void aRetypedColumnKeepsOnlyTheKindsItHolds();
};

namespace {

std::vector<Attribute> fixedAttributes()
{
    std::vector<Attribute> fixed;
    for (const auto& [name, type] :
         {std::pair("_partition", 23U), std::pair("_generation", 23U), std::pair("_offset", 20U),
          std::pair("_time", 1184U), std::pair("_ingested", 1184U), std::pair("_key", 25U),
          std::pair("_headers", 3802U), std::pair("_more", 3802U)})
        fixed.push_back({name, Oid(type), false, false, ""});
    return fixed;
}

schema::Column column(std::string name, schema::Path path, ColumnType type)
{
    schema::Column made;
    made.name = std::move(name);
    made.path = std::move(path);
    made.type = type;
    made.kinds.bits = 0xff;
    return made;
}

Attribute attribute(const std::string& name, Oid type, const std::string& comment,
                    bool modified = false, bool depended = false)
{
    return {name, type, modified, depended, comment};
}

/// "name:type" of what is ours ("!" when pinned), "; foreign …", "; repair n" statements.
QString shown(const landing::TableState& state)
{
    QStringList parts;
    for (const schema::Column& one : state.schema.columns)
        parts += QString::fromStdString(one.name + ":" + std::string(schema::shortName(one.type)) +
                                        (one.pinned ? "!" : ""));
    QString text = parts.join(" ");
    for (const std::string& name : state.foreignColumns)
        text += "; foreign " + QString::fromStdString(name);
    if (const auto repairs = std::ranges::count(state.repairSql, ';'); repairs != 0)
        text += QString("; repair %1").arg(repairs);
    return text;
}

constexpr Oid int4{23};
const Oid text = schema::typeOid(ColumnType::Text);
const Oid bigint = schema::typeOid(ColumnType::BigInt);
const Oid numeric = schema::typeOid(ColumnType::Numeric);

} // namespace

void TstTableCatalogue::decidesByTheCatalogue_data()
{
    QTest::addColumn<std::vector<Attribute>>("attributes");
    QTest::addColumn<QString>("expected");
    using List = std::vector<Attribute>;
    QTest::newRow("as stored") << List{attribute("a", bigint, "a"), attribute("b", text, "b")}
                               << "a:bigint b:text";
    QTest::newRow("dropped") << List{attribute("b", text, "b")} << "b:text; repair 1";
    QTest::newRow("renamed") << List{attribute("x", bigint, "a"), attribute("b", text, "b")}
                             << "x:bigint b:text; repair 1";
    QTest::newRow("renamed, comment lost")
        << List{attribute("x", bigint, ""), attribute("b", text, "b")}
        << "b:text; foreign x; repair 1";
    QTest::newRow("retyped") << List{attribute("a", numeric, "a"), attribute("b", text, "b")}
                             << "a:numeric! b:text; repair 1";
    QTest::newRow("retyped to what is not ours")
        << List{attribute("a", int4, "a"), attribute("b", text, "b")}
        << "b:text; foreign a; repair 1";
    QTest::newRow("with a precision")
        << List{attribute("a", bigint, "a"), attribute("b", text, "b", true)}
        << "a:bigint; foreign b; repair 1";
    QTest::newRow("something hangs on it")
        << List{attribute("a", bigint, "a", false, true), attribute("b", text, "b")}
        << "a:bigint! b:text";
    QTest::newRow("names swapped") << List{attribute("b", bigint, "a"), attribute("a", text, "b")}
                                   << "b:bigint a:text; repair 2";
    QTest::newRow("a foreign one takes the name")
        << List{attribute("x", bigint, "a"), attribute("a", text, ""), attribute("b", text, "b")}
        << "x:bigint b:text; foreign a; repair 1";
    QTest::newRow("foreign") << List{attribute("a", bigint, "a"), attribute("b", text, "b"),
                                     attribute("c", text, "c")}
                             << "a:bigint b:text; foreign c";
}

void TstTableCatalogue::decidesByTheCatalogue()
{
    QFETCH(std::vector<Attribute>, attributes);
    QFETCH(QString, expected);
    std::vector<Attribute> all = fixedAttributes();
    all.insert(all.end(), attributes.begin(), attributes.end());
    landing::TableState state;
    state.topic.topic = "t";
    const auto done = landing::reconcile(
        state, {column("a", {"a"}, ColumnType::BigInt), column("b", {"b"}, ColumnType::Text)}, all);
    QVERIFY(done);
    QCOMPARE(shown(state), expected);
}

void TstTableCatalogue::missesAFixedColumn_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<bool>("isRetyped");
    for (int index = 0; index < 8; ++index) {
        QTest::addRow("%d gone", index) << index << false;
        QTest::addRow("%d retyped", index) << index << true;
    }
}

void TstTableCatalogue::missesAFixedColumn()
{
    QFETCH(int, index);
    QFETCH(bool, isRetyped);
    std::vector<Attribute> all = fixedAttributes();
    if (isRetyped)
        all[static_cast<std::size_t>(index)].type = Oid(17);
    else
        all.erase(all.begin() + index);
    landing::TableState state;
    const auto done = landing::reconcile(state, {}, all);
    QVERIFY(!done);
    QVERIFY(done.error().code == Code::UserRule);
}

void TstTableCatalogue::aRetypedColumnKeepsOnlyTheKindsItHolds()
{
    std::vector<Attribute> all = fixedAttributes();
    all.push_back(attribute("a", text, "a"));
    landing::TableState state;
    QVERIFY(landing::reconcile(state, {column("a", {"a"}, ColumnType::BigInt)}, all));
    const schema::KindSet kinds = state.schema.columns.front().kinds;
    QVERIFY(kinds.has(schema::Kind::String) && !kinds.has(schema::Kind::Int53));
}

MR_TEST(TstTableCatalogue)
#include "tst_table_catalogue.moc"
