// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_database.h"

#include "tests/harness/harness_error.h"

#include <fstream>
#include <iterator>

namespace millrace::tests {

harness::PostgresCluster& testCluster()
{
    static harness::PostgresCluster cluster;
    static const bool started = [] {
        cluster.start();
        return true;
    }();
    static_cast<void>(started);
    return cluster;
}

postgres::Connection openSession(const std::string& conninfo, postgres::ConnectOptions options)
{
    auto session = postgres::Connection::open({conninfo}, std::move(options));
    if (!session)
        throw harness::HarnessError(describe(session.error()));
    return std::move(*session);
}

std::string newLogLines()
{
    static std::streamoff seen = 0;
    std::ifstream file(testCluster().logFile(), std::ios::binary);
    file.seekg(seen);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    seen += static_cast<std::streamoff>(text.size());
    return text;
}

} // namespace millrace::tests
