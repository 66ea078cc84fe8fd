// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_folder.h"
#include "tests/support/test_registry.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <unistd.h>

using namespace millrace::app;

class TstDataFolder : public QObject
{
    Q_OBJECT

private slots:
    void isMadeForItsOwnerAlone();
    void refusesATwinAndNamesIt();
    void keepsTheInstance();
    void announcesTheAddressWhileItLives();
    void saysWhyAFolderCannotBeMade();
};

void TstDataFolder::isMadeForItsOwnerAlone()
{
    const QTemporaryDir parent;
    const auto folder = DataFolder::open(parent.filePath("a/b").toStdString());
    QVERIFY(folder);
    const auto permissions = std::filesystem::status(folder->path()).permissions();
    using std::filesystem::perms;
    QVERIFY((permissions & (perms::group_read | perms::others_read | perms::group_write)) ==
            perms::none);
}

void TstDataFolder::refusesATwinAndNamesIt()
{
    const QTemporaryDir parent;
    const std::filesystem::path path = parent.filePath("data").toStdString();
    {
        const auto first = DataFolder::open(path);
        QVERIFY(first);
        const auto second = DataFolder::open(path);
        QVERIFY(!second);
        QVERIFY(second.error().what.find(std::to_string(::getpid())) != std::string::npos);
        QVERIFY(!DataFolder::open(path)); // a refused twin takes no lock away
    }
    QVERIFY(DataFolder::open(path));
}

void TstDataFolder::keepsTheInstance()
{
    const QTemporaryDir parent;
    const std::filesystem::path path = parent.filePath("data").toStdString();
    std::string first;
    {
        auto folder = DataFolder::open(path);
        const auto instance = folder->instance();
        QVERIFY(instance);
        first = *instance;
        QCOMPARE(*folder->keep("other", "x"), std::string("x"));
        QCOMPARE(*folder->keep("other", "y"), std::string("x"));
    }
    auto again = DataFolder::open(path);
    QCOMPARE(*again->instance(), first);
    auto elsewhere = DataFolder::open(parent.filePath("data2").toStdString());
    QVERIFY(*elsewhere->instance() != first);
}

void TstDataFolder::announcesTheAddressWhileItLives()
{
    const QTemporaryDir parent;
    const QString listen = parent.filePath("data/listen");
    {
        auto folder = DataFolder::open(parent.filePath("data").toStdString());
        QVERIFY(folder->announce("127.0.0.1:4711"));
        QFile file(listen);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("127.0.0.1:4711\n"));
    }
    QVERIFY(!QFile::exists(listen));
}

void TstDataFolder::saysWhyAFolderCannotBeMade()
{
    const QTemporaryDir parent;
    QFile file(parent.filePath("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto folder = DataFolder::open(parent.filePath("file/data").toStdString());
    QVERIFY(!folder);
    QVERIFY2(folder.error().what.find("Not a directory") != std::string::npos,
             folder.error().what.c_str());
}

MR_TEST(TstDataFolder)
#include "tst_data_folder.moc"
