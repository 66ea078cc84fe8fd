// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/statement_check.h"

#include "core/base/text.h"
#include "core/query/name_check.h"
#include "core/query/parse_tree.h"
#include "core/query/tree_check.h"

#include <pthread.h>

#include <exception>

namespace millrace::query {

namespace {

/// The deepest nesting of 16 KiB (`+1+1+1…`) takes libpg_query and protobuf-c less than 20 MiB.
/// Only what is touched becomes memory.
constexpr std::size_t stackBytes = std::size_t{256} << 20;
/// What is no longer than this takes a sixteenth of that at most, also with sanitizers.
constexpr std::size_t anyStackMax = 1'024;

/// Runs `work` on a stack of that size and waits for it. False: there is no memory for one.
bool onLargeStack(const std::function<void()>& work)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    const auto body = [](void* argument) -> void* {
        (*static_cast<const std::function<void()>*>(argument))();
        return nullptr;
    };
    pthread_t thread{};
    const bool isStarted =
        pthread_attr_setstacksize(&attributes, stackBytes) == 0 &&
        pthread_create(&thread, &attributes, body, const_cast<std::function<void()>*>(&work)) == 0;
    pthread_attr_destroy(&attributes);
    if (isStarted)
        pthread_join(thread, nullptr);
    return isStarted;
}

Problem problemAtStart(const char* code, const std::string& what)
{
    return {code, what, "query", {}, 1};
}

std::optional<Problem> checkText(const std::string& sql)
{
    if (sql.size() > statementBytesMax)
        return problemAtStart("limit", "a statement has at most " +
                                           std::to_string(statementBytesMax) +
                                           " bytes; this one has " + std::to_string(sql.size()));
    if (sql.find('\0') != std::string::npos)
        return problemAtStart("syntax", "a statement holds no zero byte");
    if (!isUtf8(sql))
        return problemAtStart("syntax", "a statement is UTF-8");
    return std::nullopt;
}

/// The one statement of the text; null and a problem when there are none or several.
const ProtobufCMessage* onlyStatement(const ProtobufCMessage& root, std::optional<Problem>& problem)
{
    const ProtobufCMessage* only = nullptr;
    int count = 0;
    eachChild(root, [&](const ProtobufCMessage& statement) {
        only = &statement;
        return ++count < 2;
    });
    if (count == 0)
        problem = problemAtStart("syntax", "the statement is empty; write one SELECT");
    if (count > 1)
        problem = problemAtStart("refused", "only one statement is allowed; send one SELECT");
    return count == 1 ? only : nullptr;
}

Checked<Statement> checkParsed(const std::string& sql, const Catalogue& catalogue,
                               TreeCheck::Params params)
{
    const auto tree = parseTree(sql);
    if (!tree)
        return Problem{tree.problems().front().code,
                       tree.problems().front().message,
                       "query",
                       {},
                       tree.problems().front().position};
    std::optional<Problem> problem;
    const ProtobufCMessage* only = onlyStatement(**tree, problem);
    if (only == nullptr)
        return *problem;
    const StatementLimits limits;
    if (auto found = checkNodes(*only, sql, limits))
        return *found;
    Statement statement;
    statement.sql = sql;
    statement.isForeign = true;
    TreeCheck calls(sql, params, limits);
    if (auto found = calls.run(*only, statement))
        return *found;
    if (calls.paramsUsed() < params.size())
        return Problem{"params",
                       std::to_string(params.size()) + " values are given, the statement uses " +
                           std::to_string(calls.paramsUsed()) + ": $1 is the first",
                       "params",
                       {},
                       1};
    NameCheck names(catalogue, sql);
    if (auto found = names.run(*only))
        return *found;
    statement.topics.assign(names.topics().begin(), names.topics().end());
    const auto tables = names.tables();
    statement.tables.assign(tables.begin(), tables.end());
    statement.rowsMost = names.rowsMost();
    statement.isVolatile = statement.isVolatile || names.mayReadTheClock();
    return statement;
}

} // namespace

Checked<Statement> checkStatement(const std::string& sql, const Catalogue& catalogue,
                                  std::vector<std::optional<std::string>> params)
{
    if (auto problem = checkText(sql))
        return *problem;
    std::optional<Checked<Statement>> checked;
    std::exception_ptr failure;
    const auto work = [&] {
        try {
            checked.emplace(checkParsed(sql, catalogue, params));
        } catch (...) {
            failure = std::current_exception();
        }
    };
    bool isDone = sql.size() <= anyStackMax;
    if (isDone)
        work();
    else
        isDone = onLargeStack(work);
    if (failure)
        std::rethrow_exception(failure);
    if (!isDone || !checked)
        return problemAtStart("limit", "there is no memory to check the statement; try later");
    if (*checked)
        (*checked)->params = std::move(params);
    return std::move(*checked);
}

} // namespace millrace::query
