// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/docs_routes.h"

#include "core/base/hash.h"

namespace millrace::http {

namespace {

constexpr std::string_view bundle = "swagger-ui-bundle.js";
/// Stands in the page for the way from its address to its files.
constexpr std::string_view folderMark = "{folder}";

/// Swagger UI styles its elements from scripts, which style-src lets pass, and draws with data:.
constexpr const char* policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view typeOf(std::string_view name)
{
    if (name.ends_with(".js"))
        return "text/javascript; charset=utf-8";
    if (name.ends_with(".css"))
        return "text/css; charset=utf-8";
    if (name.ends_with(".html"))
        return "text/html; charset=utf-8";
    return name.ends_with(".png") ? "image/png" : "text/plain; charset=utf-8";
}

Response fileResponse(const Request& request, std::string_view name, std::string body)
{
    Response response;
    response.contentType = typeOf(name);
    const std::string tag = "\"" + std::to_string(hash64(body)) + "\"";
    response.headers = {{"Content-Security-Policy", policy},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cache-Control", "no-cache"},
                        {"ETag", tag}};
    if (request.ifNoneMatch == tag)
        response.status = 304;
    else
        response.body = std::move(body);
    return response;
}

Response page(const DocsFiles& files, const Request& request)
{
    const auto html = files("docs.html");
    if (!html || !files(bundle))
        return errorResponse(
            404, "not_built",
            "this build has no page for /docs: run resources/packages/swagger_ui.sh"
            " by way of app/run.sh and build again; /openapi.json tells the same");
    std::string body(*html);
    const std::string_view folder = request.endsWithSlash ? "" : "docs/";
    for (std::size_t at = 0; (at = body.find(folderMark, at)) != std::string::npos;)
        body.replace(at, folderMark.size(), folder);
    return fileResponse(request, "docs.html", std::move(body));
}

Route pageRoute(const DocsFiles& files)
{
    Route route;
    route.path = "/docs";
    route.help = "this API as a page where everything can be tried";
    route.needs = Access::Open;
    route.answer = [files](const Request& request) { return page(files, request); };
    route.text.answers = {{200, "the page", "", "", {"text/html"}}};
    route.text.errors = {404};
    return route;
}

Route fileRoute(const DocsFiles& files)
{
    Route route;
    route.path = "/docs/{file}";
    route.help = "what the page of /docs is made of";
    route.needs = Access::Open;
    route.pace = Pace::Slow;
    route.answer = [files](const Request& request) {
        const std::string& name = request.captured.front();
        const auto file = name == "docs.html" ? std::nullopt : files(name);
        return file ? fileResponse(request, name, std::string(*file))
                    : errorResponse(404, "not_found", "the page has no such file", "file");
    };
    route.text.parameters = {{"file", "its name", "", "docs.css"}};
    route.text.answers = {
        {200, "the file", "", "", {"text/css", "text/javascript", "image/png", "text/plain"}}};
    route.text.errors = {404};
    return route;
}

} // namespace

std::vector<Route> docsRoutes(const DocsFiles& files)
{
    return {pageRoute(files), fileRoute(files)};
}

} // namespace millrace::http
