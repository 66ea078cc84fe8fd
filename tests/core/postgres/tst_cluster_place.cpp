// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/cluster_place.h"
#include "tests/support/test_registry.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace millrace;
using namespace millrace::postgres;

class TstClusterPlace : public QObject
{
    Q_OBJECT

private slots:
    void aFolderIsOursAlone();
    void aLinkOrAnothersFolderIsRefused();
    void placesAreStableShortAndApart();
};

namespace {

mode_t modeOf(const std::filesystem::path& path)
{
    struct stat facts
    {
    };
    ::lstat(path.c_str(), &facts);
    return facts.st_mode & 07777U;
}

} // namespace

void TstClusterPlace::aFolderIsOursAlone()
{
    const QTemporaryDir scratch;
    const std::filesystem::path folder = scratch.filePath("it").toStdString();
    const UnixUser self = *effectiveUser();
    QVERIFY(makePrivateFolder(folder, self));
    QCOMPARE(modeOf(folder), mode_t{0700});
    ::chmod(folder.c_str(), 0755);
    QVERIFY(makePrivateFolder(folder, self));
    QCOMPARE(modeOf(folder), mode_t{0700});
}

void TstClusterPlace::aLinkOrAnothersFolderIsRefused()
{
    const QTemporaryDir scratch;
    const std::filesystem::path link = scratch.filePath("link").toStdString();
    std::filesystem::create_directory_symlink("/tmp", link);
    const UnixUser self = *effectiveUser();
    QVERIFY(!makePrivateFolder(link, self));
    UnixUser other = self;
    other.user = self.user + 1;
    other.name = "somebody";
    const std::filesystem::path folder = scratch.filePath("folder").toStdString();
    std::filesystem::create_directory(folder);
    const auto refused = makePrivateFolder(folder, other);
    QVERIFY(!refused);
    QVERIFY(refused.error().what.find("somebody") != std::string::npos);
}

void TstClusterPlace::placesAreStableShortAndApart()
{
    const QTemporaryDir scratch;
    std::string deep(90, 'd');
    deep.append("/").append(90, 'e');
    const std::filesystem::path dataDir = scratch.filePath(deep.c_str()).toStdString();
    const auto one = makeClusterPlace(dataDir);
    const auto again = makeClusterPlace(dataDir / "." / ".." / dataDir.filename());
    const auto other = makeClusterPlace(dataDir / "other");
    QVERIFY(one && again && other);
    QCOMPARE(one->home.string(), again->home.string());
    QCOMPARE(one->sockets.string(), again->sockets.string());
    QVERIFY(one->home != other->home);
    QVERIFY(one->sockets != other->sockets);
    QVERIFY(one->sockets.string().size() < 80);
    QCOMPARE(one->server.has_value(), ::geteuid() == 0);
    QCOMPARE(one->home.string().starts_with("/var/lib/millrace/"), ::geteuid() == 0);
    for (const auto* place : {&*one, &*other}) {
        std::filesystem::remove_all(place->home);
        std::filesystem::remove_all(place->sockets);
    }
}

MR_TEST(TstClusterPlace)
#include "tst_cluster_place.moc"
