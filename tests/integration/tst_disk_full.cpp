// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace millrace::harness;
using namespace millrace::integration;
using namespace std::chrono_literals;

namespace {

/// A small file system of its own, gone with this object. Needs the right to mount.
class SmallDisk
{
public:
    explicit SmallDisk(int megabytes)
    {
        const std::string size = "size=" + std::to_string(megabytes) + "m,mode=0755";
        m_mounted = mount("tmpfs", m_folder.path().c_str(), "tmpfs", 0, size.c_str()) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            umount2(m_folder.path().c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    [[nodiscard]] bool mounted() const { return m_mounted; }
    [[nodiscard]] std::string file(const std::string& name) const { return m_folder.file(name); }

private:
    ScratchFolder m_folder;
    bool m_mounted = false;
};

/// Fills what is left of the disk but for `leftBytes`.
void fillUp(const std::string& file, std::size_t leftBytes)
{
    {
        std::ofstream out(file, std::ios::binary);
        const std::string block(64 * 1024, 'x');
        while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush())
            ;
    }
    const auto size = static_cast<off_t>(std::ifstream(file, std::ios::ate).tellg());
    (void)!truncate(file.c_str(), std::max<off_t>(0, size - static_cast<off_t>(leftBytes)));
}

} // namespace

class TstDiskFull : public QObject
{
    Q_OBJECT

private slots:
    void theDataDiskIsFullForAWhile();
};

void TstDiskFull::theDataDiskIsFullForAWhile()
{
    // tables in a tablespace of their own: a full disk of the log ends the server instead
    const SmallDisk disk(64);
    if (!disk.mounted())
        QSKIP("disk full: needs the right to mount a tmpfs (root)");
    Stage stage;
    stage.start();
    const std::string space = disk.file("space");
    const std::string ballast = disk.file("ballast");
    runTool({.program = "install",
             .arguments = {"-d", "-o", "postgres", "-m", "700", space},
             .outputFile = {}});
    Scene scene(stage, "full");
    scene.sql().run("CREATE TABLESPACE small LOCATION '" + space + "'");
    scene.sql().run("ALTER DATABASE " +
                    millrace::harness::quoted(scene.sql().value("SELECT current_database()")) +
                    " SET default_tablespace = 'small'");
    NumberedLoad load(scene, "", 2);
    WorkerProcess& worker = scene.startWorker();
    load.send(200);
    QVERIFY2(load.landed(200), scene.logs().c_str());
    fillUp(ballast, 256 * 1024);
    load.send(20'000);
    QVERIFY2(waitUntil(30s, [&] { return worker.logText().find("53100") != std::string::npos; }),
             scene.logs().c_str());
    QVERIFY(!load.landed(20'200, 0ms));
    std::filesystem::remove(ballast);
    QVERIFY2(load.landed(20'200, 40s), scene.logs().c_str());
    QCOMPARE(load.trouble(), std::string());
    QVERIFY(worker.running());
    QVERIFY(scene.alarms() > 0);
    QCOMPARE(scene.sql().number("SELECT count(*) FROM millrace.dead_letter"
                                " WHERE class = 'refused_by_database'"),
             0);
}

MR_TEST(TstDiskFull)
#include "tst_disk_full.moc"
