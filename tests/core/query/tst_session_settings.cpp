// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/conn_info.h"
#include "core/query/session_settings.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::query;

class TstSessionSettings : public QObject
{
    Q_OBJECT

private slots:
    void theyComeAfterTheAdministratorsOwn();
    void theyAreEscaped();
};

namespace {

std::string optionsOf(const std::string& dsn, const std::string& schema)
{
    const auto with = withSettings({dsn}, schema, {});
    const auto info = with ? postgres::ConnInfo::parse(with->text) : with.error();
    return info ? info->value("options") : "";
}

} // namespace

void TstSessionSettings::theyComeAfterTheAdministratorsOwn()
{
    const std::string options = optionsOf("host=h options='-c work_mem=1GB'", "public");
    QVERIFY2(options.starts_with("-c work_mem=1GB -c "), options.c_str());
    QVERIFY(options.find(" -c work_mem=16MB") != std::string::npos);
    QVERIFY(options.find(" -c statement_timeout=30000") != std::string::npos);
    QVERIFY(options.find(" -c default_transaction_read_only=on") != std::string::npos);
}

void TstSessionSettings::theyAreEscaped()
{
    QCOMPARE(searchPath("my shop\\1"), std::string("pg_catalog, \"my shop\\1\""));
    const std::string options = optionsOf("host=h", "my shop\\1");
    QVERIFY2(options.find("search_path=pg_catalog,\\ \"my\\ shop\\\\1\"") != std::string::npos,
             options.c_str());
}

MR_TEST(TstSessionSettings)
#include "tst_session_settings.moc"
