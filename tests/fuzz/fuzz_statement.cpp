// SPDX-License-Identifier: GPL-3.0-or-later
// One statement → wall A. The oracle: a refusal says why and where; what passes is one SELECT, also
// when it is written anew from its tree, and passes then too, with the same topics.

#include "core/query/statement_check.h"
#include "tests/core/query/shop.h"

#include <pg_query.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace millrace;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// The statement as libpg_query writes it; empty: its writer cannot.
std::string writtenAnew(const std::string& sql)
{
    const auto freeParsed = [](PgQueryProtobufParseResult* parsed) {
        pg_query_free_protobuf_parse_result(*parsed);
    };
    const auto freeWritten = [](PgQueryDeparseResult* written) {
        pg_query_free_deparse_result(*written);
    };
    PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(sql.c_str());
    const std::unique_ptr<PgQueryProtobufParseResult, decltype(freeParsed)> owner(&parsed);
    require(parsed.error == nullptr);
    PgQueryDeparseResult written = pg_query_deparse_protobuf(parsed.parse_tree);
    const std::unique_ptr<PgQueryDeparseResult, decltype(freeWritten)> writtenOwner(&written);
    return written.error == nullptr ? written.query : std::string();
}

void checkRefusal(const query::Problem& problem, const std::string& sql)
{
    require(!problem.code.empty() && problem.message.size() > 5);
    require(problem.field == "query" || problem.field == "params");
    require(problem.position && *problem.position >= 1);
    require(*problem.position <= static_cast<int>(sql.size()) + 1);
}

/// For as many parameters as the text may name, up to two.
std::vector<std::optional<std::string>> valuesOf(const std::string& sql)
{
    std::vector<std::optional<std::string>> values{{"paid"}, {}};
    const std::size_t named = sql.find("$2") != std::string::npos   ? 2
                              : sql.find("$1") != std::string::npos ? 1
                                                                    : 0;
    values.resize(named);
    return values;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const query::Catalogue catalogue = tests::shopCatalogue();
    const std::string sql(reinterpret_cast<const char*>(data), size);
    const auto checked = query::checkStatement(sql, catalogue, valuesOf(sql));
    if (!checked) {
        checkRefusal(checked.problems().front(), sql);
        return 0;
    }
    const std::string anew = writtenAnew(sql);
    if (anew.empty() || anew.size() > query::statementBytesMax)
        return 0;
    const auto again = query::checkStatement(anew, catalogue, valuesOf(anew));
    require(static_cast<bool>(again));
    require(again->topics == checked->topics && again->isVolatile == checked->isVolatile);
    return 0;
}
