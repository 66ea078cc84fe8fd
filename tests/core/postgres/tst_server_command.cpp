// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/postgres/server_command.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

#include <fcntl.h>
#include <unistd.h>

using namespace millrace;
using namespace millrace::postgres;
using namespace std::chrono_literals;

class TstServerCommand : public QObject
{
    Q_OBJECT

private slots:
    void givesWhatItPrinted();
    void aFailureTellsCommandAndOutput();
    void whatTakesTooLongIsKilled();
    void aProgramThatIsNotThereIsToldApart();
    void itInheritsNeitherFilesNorVariables();
    void asRootItBecomesTheUser();
};

void TstServerCommand::givesWhatItPrinted()
{
    const auto output = runCommand({"/bin/sh", "-c", "echo out; echo err >&2; pwd"}, {}, 5s);
    QVERIFY(output);
    QCOMPARE(*output, std::string("out\nerr\n/\n"));
}

void TstServerCommand::aFailureTellsCommandAndOutput()
{
    const auto output = runCommand({"/bin/sh", "-c", "echo 'no \x1b[31m room'; exit 3"}, {}, 5s);
    QVERIFY(!output);
    QCOMPARE(output.error().scope, Scope::Process);
    QCOMPARE(output.error().code, Code::Refused);
    QVERIFY(output.error().what.find("/bin/sh -c") == 0);
    QVERIFY(output.error().what.find("no \\u{1b}[31m room") != std::string::npos);
}

void TstServerCommand::whatTakesTooLongIsKilled()
{
    const SteadyTime begun = steadyNow();
    const auto output = runCommand({"/bin/sleep", "30"}, {}, 200ms);
    QVERIFY(!output);
    QVERIFY(output.error().what.find("took too long") != std::string::npos);
    QVERIFY(steadyNow() - begun < 5s);
}

void TstServerCommand::aProgramThatIsNotThereIsToldApart()
{
    const auto output = runCommand({"/nowhere/program"}, {}, 5s);
    QVERIFY(!output);
    QCOMPARE(output.error().code, Code::Internal);
}

void TstServerCommand::itInheritsNeitherFilesNorVariables()
{
    const int file = ::open("/dev/null", O_RDONLY);
    ::setenv("PGHOST", "canary", 1);
    const auto output = runCommand({"/bin/sh", "-c", "ls /proc/self/fd; env; umask"}, {}, 5s);
    ::unsetenv("PGHOST");
    ::close(file);
    QVERIFY(output);
    QVERIFY(output->starts_with("0\n1\n2\n3\n")); // 3 is the folder that ls reads
    QVERIFY(!output->starts_with("0\n1\n2\n3\n4\n"));
    QVERIFY(output->find("canary") == std::string::npos);
    QVERIFY(output->find("0077\n") != std::string::npos);
}

void TstServerCommand::asRootItBecomesTheUser()
{
    if (::geteuid() != 0)
        QSKIP("only root can become somebody else");
    const auto nobody = unixUser("nobody");
    QVERIFY(nobody);
    const auto output = runCommand({"/bin/sh", "-c", "id -un; id -G | wc -w"}, *nobody, 5s);
    QVERIFY(output);
    QCOMPARE(*output, std::string("nobody\n1\n"));
}

MR_TEST(TstServerCommand)
#include "tst_server_command.moc"
