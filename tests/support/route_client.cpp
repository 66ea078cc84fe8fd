// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/route_client.h"

#include "app/http/percent.h"
#include "core/control/migration.h"
#include "tests/harness/harness_error.h"
#include "tests/harness/sql_client.h"
#include "tests/support/test_database.h"

#include <future>
#include <memory>

namespace millrace::tests {

namespace {

/// What needs no worker, as the server asks it first.
std::optional<http::Response> early(const http::Routes& routes, http::Request request)
{
    const http::Routed routed = routes.find(request);
    if (!routed.early)
        return std::nullopt;
    const auto told = std::make_shared<std::promise<std::optional<http::Response>>>();
    routed.early(request, [&request, told](std::optional<http::Response> response) {
        if (response)
            http::complete(*response, request);
        told->set_value(std::move(response));
    });
    return told->get_future().get();
}

} // namespace

http::Response askRoutes(const std::vector<http::Route>& routes, const std::string& method,
                         const std::string& target, const std::string& body)
{
    http::Request request;
    request.method = method;
    const std::size_t mark = std::min(target.find('?'), target.size());
    request.segments = *http::pathSegments(target.substr(0, mark));
    for (std::size_t at = mark; at < target.size();) {
        const std::size_t end = std::min(target.find('&', at + 1), target.size());
        const std::string pair = target.substr(at + 1, end - at - 1);
        const std::size_t equals = std::min(pair.find('='), pair.size());
        request.parameters.emplace_back(
            *http::percentDecoded(pair.substr(0, equals)),
            *http::percentDecoded(pair.substr(std::min(equals + 1, pair.size()))));
        at = end;
    }
    request.contentType = "application/json";
    request.body = body;
    request.id = "test";
    const http::Routes all(routes, {http::Names::Loopback});
    auto known = early(all, request);
    http::Response response = known ? std::move(*known) : all.answer(request);
    if (response.stream)
        response.stream([&response](std::string_view bytes) {
            response.body += bytes;
            return true;
        });
    return response;
}

std::string databaseWithOrders()
{
    const std::string database = testCluster().createDatabase();
    auto session = openSession(database);
    if (const auto done = control::migrate(session); !done)
        throw harness::HarnessError(describe(done.error()));
    harness::SqlClient(database).run(
        "CREATE TABLE orders (_partition integer, _offset bigint, id bigint,"
        " name text);"
        "INSERT INTO orders VALUES (0, 2, 1, 'one'), (0, 3, 2, 'two'), (0, 4, 3, 'three');"
        "INSERT INTO millrace.topic (topic, table_name, table_oid)"
        " VALUES ('shop.orders', 'orders', 'orders'::regclass);"
        "INSERT INTO millrace.column_map (topic, column_name, path, type) VALUES"
        " ('shop.orders', 'id', '[\"id\"]', 'bigint'),"
        " ('shop.orders', 'name', '[\"customer\", \"name\"]', 'text');"
        "INSERT INTO millrace.generation (topic, generation, reason)"
        " VALUES ('shop.orders', 1, 'first');"
        "INSERT INTO millrace.position (topic, generation, partition, first_offset, next_offset,"
        " low_seen, rows, dead, committed_at) VALUES ('shop.orders', 1, 0, 0, 5, 0, 3, 2, now());"
        "INSERT INTO millrace.schema_change (topic, table_name, column_name, change, after) VALUES"
        " ('shop.orders', 'orders', NULL, 'create_table', NULL),"
        " ('shop.orders', 'orders', 'id', 'add_column', 'bigint'),"
        " ('shop.orders', 'orders', 'name', 'add_column', 'text');"
        "INSERT INTO millrace.dead_letter (topic, generation, partition, record_offset, class,"
        " reason, value, value_size, value_sha256, at) VALUES"
        " ('shop.orders', 1, 0, 0, 'not_json', 'no value', '<x>', 3, '', '2026-01-01 00:00Z'),"
        " ('shop.orders', 1, 0, 1, 'too_deep', 'deep', '[', 1, '', '2026-02-01 00:00Z')");
    return database;
}

} // namespace millrace::tests
