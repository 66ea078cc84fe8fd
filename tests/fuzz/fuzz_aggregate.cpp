// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of POST /aggregate. The oracle: a body is a request or at most twenty problems, each with
// a code and a message; what is read is written canonically and read again as the same; a request
// that fits the catalogue becomes a statement that wall A lets pass.

#include "core/query/aggregate_json.h"
#include "core/query/aggregate_sql.h"
#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"

#include <cstdint>
#include <cstdlib>

using namespace millrace::query;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void checkProblems(const Problems& problems)
{
    require(!problems.empty() && problems.size() <= 20);
    for (const Problem& problem : problems)
        require(!problem.code.empty() && !problem.message.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Catalogue catalogue = millrace::tests::shopCatalogue();
    const auto request = parseAggregate({reinterpret_cast<const char*>(data), size});
    if (!request) {
        checkProblems(request.problems());
        return 0;
    }
    const std::string body = aggregateJson(*request);
    const auto again = parseAggregate(body);
    require(again && *again == *request && aggregateJson(*again) == body);
    const auto statement = compileAggregate(*request, catalogue);
    if (!statement)
        checkProblems(statement.problems());
    else
        require(static_cast<bool>(checkStatement(statement->sql, catalogue, statement->params)));
    return 0;
}
