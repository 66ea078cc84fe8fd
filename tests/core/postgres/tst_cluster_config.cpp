// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/cluster_config.h"
#include "tests/support/test_registry.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>
#include <sstream>

using namespace millrace;
using namespace millrace::postgres;

class TstClusterConfig : public QObject
{
    Q_OBJECT

private slots:
    void settingsNameTheSocketFolderAndNoAddress();
    void onlyPeersOfTheMapComeIn();
    void includesItsSettingsOnce();
};

namespace {

std::string contentOf(const std::filesystem::path& path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

} // namespace

void TstClusterConfig::settingsNameTheSocketFolderAndNoAddress()
{
    const std::string text = clusterSettings("/run/it's");
    QVERIFY(text.find("listen_addresses = ''\n") != std::string::npos);
    QVERIFY(text.find("unix_socket_directories = '/run/it''s'\n") != std::string::npos);
}

void TstClusterConfig::onlyPeersOfTheMapComeIn()
{
    QVERIFY(clusterAccess().ends_with("\nlocal all all peer map=millrace\n"));
    QVERIFY(clusterAccess().find("trust") == std::string::npos);
    const std::vector<std::string> users{"root", "ada lovelace"};
    QVERIFY(clusterIdentities(users).ends_with("\nmillrace \"root\" millrace\n"
                                               "millrace \"root\" millrace_query\n"
                                               "millrace \"root\" millrace_admin\n"
                                               "millrace \"ada lovelace\" millrace\n"
                                               "millrace \"ada lovelace\" millrace_query\n"
                                               "millrace \"ada lovelace\" millrace_admin\n"));
}

void TstClusterConfig::includesItsSettingsOnce()
{
    const QTemporaryDir folder;
    const std::filesystem::path data = folder.path().toStdString();
    std::ofstream(data / "postgresql.conf") << "max_connections = 100\n";
    ClusterPlace place;
    place.self = *effectiveUser();
    QVERIFY(writeClusterConfig(place, data));
    QVERIFY(writeClusterConfig(place, data));
    QCOMPARE(contentOf(data / "postgresql.conf"),
             std::string("max_connections = 100\n\ninclude = 'millrace.conf'\n"));
    QVERIFY(contentOf(data / "pg_ident.conf").find("\"" + place.self.name + "\" millrace\n") !=
            std::string::npos);
    QVERIFY(!writeClusterConfig(place, data / "missing"));
}

MR_TEST(TstClusterConfig)
#include "tst_cluster_config.moc"
