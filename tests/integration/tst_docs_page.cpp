// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/http_get.h"
#include "tests/harness/wait_until.h"
#include "tests/harness/worker_process.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace::harness;
using namespace std::chrono_literals;

/// The page of /docs in a browser, over the demo: what it shows can be tried, with its examples.
class TstDocsPage : public QObject
{
    Q_OBJECT

private slots:
    void everyOperationCanBeTried();
};

namespace {

QString browser()
{
    for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
        if (const QString found = QStandardPaths::findExecutable(name); !found.isEmpty())
            return found;
    }
    return {};
}

} // namespace

void TstDocsPage::everyOperationCanBeTried()
{
    if (browser().isEmpty())
        QSKIP("no browser: Debian's package chromium brings one");
    WorkerProcess demo({.arguments = {"--demo", "--demo-rate", "50", "--no-token"}});
    demo.startReady();
    std::string where = readFile(demo.dataFolder() + "/listen");
    std::erase(where, '\n');
    if (httpGet(where, "/docs").status == 404)
        QSKIP("this build has no such page");
    QVERIFY(waitUntil(60s, [&] {
        return httpGet(where, "/tables/").body.find("\"orders\"") != std::string::npos &&
               httpGet(where, "/query?query=select%20order_id%20from%20orders%20limit%201")
                       .status == 200;
    }));
    QProcess script;
    script.setProcessChannelMode(QProcess::MergedChannels);
    script.start("python3",
                 {"-B", QStringLiteral(MR_SOURCE_FOLDER "/tests/integration/docs_page.py"),
                  browser(), "http://" + QString::fromStdString(where)});
    QVERIFY(script.waitForFinished(240'000));
    const QByteArray said = script.readAll();
    QVERIFY2(script.exitCode() == 0, said);
    QVERIFY2(said.count('\n') >= 20, said);
}

MR_TEST(TstDocsPage)
#include "tst_docs_page.moc"
