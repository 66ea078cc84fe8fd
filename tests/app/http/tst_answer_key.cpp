// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/answer_key.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <set>

using namespace millrace;
using namespace millrace::http;

class TstAnswerKey : public QObject
{
    Q_OBJECT

private slots:
    void noTwoQuestionsHaveOneKey();
    void aTagIsNamedByAListToo_data();
    void aTagIsNamedByAListToo();
    void withoutATagNothingMayBeKept();
};

void TstAnswerKey::noTwoQuestionsHaveOneKey()
{
    using Params = std::vector<std::optional<std::string>>;
    const auto key = [](const std::string& sql, const Params& params, const char* role = "r",
                        query::AnswerFormat format = query::AnswerFormat::Json) {
        return questionKey({sql, params, {}}, role, format);
    };
    const std::vector<std::string> keys{key("a", {}),
                                        key("b", {}),
                                        key("a", {""}),
                                        key("a", {std::nullopt}),
                                        key("a", {"x", "y"}),
                                        key("a", {"x y"}),
                                        key("a", {"x 1:y"}),
                                        key("a", {"x value 1:y"}),
                                        key("a", {}, "s"),
                                        key("a", {}, ""),
                                        key("a", {}, "r", query::AnswerFormat::Csv)};
    QCOMPARE(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
    QCOMPARE(key("a", {"x"}), key("a", {"x"}));
}

void TstAnswerKey::aTagIsNamedByAListToo_data()
{
    QTest::addColumn<std::string>("header");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* header, bool expected) {
        QTest::newRow(header) << std::string(header) << expected;
    };
    row("", false);
    row("*", true);
    row("W/\"ab\"", true);
    row("\"ab\"", true); // weak comparison
    row("W/\"a\"", false);
    row("W/\"xab\"", false);
    row("\"1\", W/\"ab\", \"2\"", true);
    row("\"1\",\"2\"", false);
}

void TstAnswerKey::aTagIsNamedByAListToo()
{
    QFETCH(std::string, header);
    QFETCH(bool, expected);
    QCOMPARE(namesTag(header, "W/\"ab\""), expected);
}

void TstAnswerKey::withoutATagNothingMayBeKept()
{
    for (const auto& [name, value] : answerHeaders({}, "", "volatile"))
        QVERIFY2(name != "ETag" && name != "Cache-Control", name.c_str());
    QCOMPARE(answerHeaders({}, entityTag("k"), "miss").size(), std::size_t{5});
    QVERIFY(entityTag("k") != entityTag("l"));
    QCOMPARE(entityTag("k").size(), std::string_view("W/\"\"").size() + 32);
}

MR_TEST(TstAnswerKey)
#include "tst_answer_key.moc"
