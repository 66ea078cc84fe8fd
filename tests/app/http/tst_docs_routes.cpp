// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/docs_files.h"
#include "app/http/docs_routes.h"
#include "tests/support/test_registry.h"

#include <QtTest/QtTest>

using namespace millrace;
using namespace millrace::http;

namespace {

std::optional<std::string_view> someFiles(std::string_view name)
{
    if (name == "docs.html")
        return "<link href=\"{folder}a.css\"><script src=\"{folder}b.js\"></script>";
    return name == "swagger-ui-bundle.js" ? std::optional<std::string_view>("run()") : std::nullopt;
}

Response ask(const DocsFiles& files, const std::string& file = {}, Request request = {})
{
    if (!file.empty())
        request.captured = {file};
    return docsRoutes(files)[file.empty() ? 0 : 1].answer(request);
}

std::string header(const Response& response, const std::string& name)
{
    for (const auto& [key, value] : response.headers) {
        if (key == name)
            return value;
    }
    return {};
}

} // namespace

class TstDocsRoutes : public QObject
{
    Q_OBJECT

private slots:
    void linksLeadToTheFilesWithAndWithoutASlash();
    void thePolicyLetsNoScriptInButOurFiles();
    void aFileHasItsType_data();
    void aFileHasItsType();
    void whatTheBrowserHasIsNotSentAgain();
    void aBuildWithoutThePageSaysHowToGetIt();
    void ourPageRunsNothingInline();
};

void TstDocsRoutes::linksLeadToTheFilesWithAndWithoutASlash()
{
    QCOMPARE(ask(&someFiles).body,
             std::string("<link href=\"docs/a.css\"><script src=\"docs/b.js\"></script>"));
    Request request;
    request.endsWithSlash = true;
    QCOMPARE(ask(&someFiles, {}, request).body,
             std::string("<link href=\"a.css\"><script src=\"b.js\"></script>"));
}

void TstDocsRoutes::thePolicyLetsNoScriptInButOurFiles()
{
    for (const std::string file : {"", "swagger-ui-bundle.js"}) {
        const std::string policy = header(ask(&someFiles, file), "Content-Security-Policy");
        QVERIFY(policy.starts_with("default-src 'none'; script-src 'self';"));
        QVERIFY(policy.find("unsafe") == std::string::npos);
        QVERIFY(policy.find("//") == std::string::npos);
    }
}

void TstDocsRoutes::aFileHasItsType_data()
{
    QTest::addColumn<std::string>("file");
    QTest::addColumn<unsigned>("status");
    QTest::addColumn<std::string>("type");
    const auto row = [](const char* file, unsigned status, const char* type) {
        QTest::newRow(file) << std::string(file) << status << std::string(type);
    };
    row("docs.css", 200, "text/css; charset=utf-8");
    row("docs.js", 200, "text/javascript; charset=utf-8");
    row("docs.html", 404, "application/json"); // its links are not filled in
    row("../docs.css", 404, "application/json");
    row("nothing", 404, "application/json");
}

void TstDocsRoutes::aFileHasItsType()
{
    QFETCH(std::string, file);
    QFETCH(unsigned, status);
    QFETCH(std::string, type);
    const Response response = ask(&docsFile, file);
    QCOMPARE(response.status, status);
    QCOMPARE(response.contentType, type);
    QCOMPARE(response.body.empty(), status != 200);
}

void TstDocsRoutes::whatTheBrowserHasIsNotSentAgain()
{
    const Response first = ask(&someFiles, "swagger-ui-bundle.js");
    QCOMPARE(first.body, std::string("run()"));
    Request request;
    request.ifNoneMatch = header(first, "ETag");
    const Response again = ask(&someFiles, "swagger-ui-bundle.js", request);
    QCOMPARE(again.status, 304U);
    QVERIFY(again.body.empty());
    request.ifNoneMatch = "\"1\"";
    QCOMPARE(ask(&someFiles, "swagger-ui-bundle.js", request).status, 200U);
}

void TstDocsRoutes::aBuildWithoutThePageSaysHowToGetIt()
{
    const Response response = ask([](std::string_view name) {
        return name == "docs.html" ? std::optional<std::string_view>("<p>") : std::nullopt;
    });
    QCOMPARE(response.status, 404U);
    QVERIFY(response.problem->message.find("swagger_ui.sh") != std::string::npos);
}

/// The policy would stop it, and the page with it.
void TstDocsRoutes::ourPageRunsNothingInline()
{
    const std::string html(docsFile("docs.html").value_or(""));
    QVERIFY(html.find("{folder}docs.js") != std::string::npos);
    for (const char* inlined : {"<script>", "<style", " style=", "onload", "onclick", "http:"})
        QVERIFY2(html.find(inlined) == std::string::npos, inlined);
    if (const auto swagger = docsFile("swagger-ui-bundle.js"))
        QVERIFY(swagger->size() > 1'000'000);
}

MR_TEST(TstDocsRoutes)
#include "tst_docs_routes.moc"
