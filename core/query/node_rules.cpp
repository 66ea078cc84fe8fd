// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/node_rules.h"

#include <algorithm>
#include <array>

namespace millrace::query {

namespace {

using Fields = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> rawStmtFields{"stmt", "stmt_location", "stmt_len"};
constexpr std::array<std::string_view, 18> selectStmtFields{"distinct_clause",
                                                            "target_list",
                                                            "from_clause",
                                                            "where_clause",
                                                            "group_clause",
                                                            "group_distinct",
                                                            "having_clause",
                                                            "window_clause",
                                                            "values_lists",
                                                            "sort_clause",
                                                            "limit_offset",
                                                            "limit_count",
                                                            "limit_option",
                                                            "with_clause",
                                                            "op",
                                                            "all",
                                                            "larg",
                                                            "rarg"};
constexpr std::array<std::string_view, 6> aConstFields{"ival", "fval",   "boolval",
                                                       "sval", "isnull", "location"};
constexpr std::array<std::string_view, 1> integerFields{"ival"};
constexpr std::array<std::string_view, 1> floatFields{"fval"};
constexpr std::array<std::string_view, 1> booleanFields{"boolval"};
constexpr std::array<std::string_view, 1> stringFields{"sval"};
constexpr std::array<std::string_view, 1> listFields{"items"};
constexpr std::array<std::string_view, 2> paramRefFields{"number", "location"};
constexpr std::array<std::string_view, 2> columnRefFields{"fields", "location"};
constexpr std::array<std::string_view, 5> aExprFields{"kind", "name", "lexpr", "rexpr", "location"};
constexpr std::array<std::string_view, 10> funcCallFields{
    "funcname",         "args",     "agg_order",    "agg_filter", "over",
    "agg_within_group", "agg_star", "agg_distinct", "funcformat", "location"};
constexpr std::array<std::string_view, 3> resTargetFields{"name", "val", "location"};
constexpr std::array<std::string_view, 6> rangeVarFields{"schemaname",     "relname", "inh",
                                                         "relpersistence", "alias",   "location"};
constexpr std::array<std::string_view, 3> rangeSubselectFields{"lateral", "subquery", "alias"};
constexpr std::array<std::string_view, 4> rangeFunctionFields{"lateral", "ordinality", "functions",
                                                              "alias"};
constexpr std::array<std::string_view, 7> joinExprFields{
    "jointype", "larg", "rarg", "using_clause", "join_using_alias", "quals", "alias"};
constexpr std::array<std::string_view, 2> aliasFields{"aliasname", "colnames"};
constexpr std::array<std::string_view, 5> typeNameFields{"names", "typmods", "typemod",
                                                         "array_bounds", "location"};
constexpr std::array<std::string_view, 3> typeCastFields{"arg", "type_name", "location"};
constexpr std::array<std::string_view, 2> aIndirectionFields{"arg", "indirection"};
constexpr std::array<std::string_view, 3> aIndicesFields{"is_slice", "lidx", "uidx"};
constexpr std::array<std::string_view, 2> aArrayExprFields{"elements", "location"};
constexpr std::array<std::string_view, 3> rowExprFields{"args", "row_format", "location"};
constexpr std::array<std::string_view, 3> boolExprFields{"boolop", "args", "location"};
constexpr std::array<std::string_view, 3> nullTestFields{"arg", "nulltesttype", "location"};
constexpr std::array<std::string_view, 3> booleanTestFields{"arg", "booltesttype", "location"};
constexpr std::array<std::string_view, 4> caseExprFields{"arg", "args", "defresult", "location"};
constexpr std::array<std::string_view, 3> caseWhenFields{"expr", "result", "location"};
constexpr std::array<std::string_view, 2> coalesceExprFields{"args", "location"};
constexpr std::array<std::string_view, 3> minMaxExprFields{"op", "args", "location"};
constexpr std::array<std::string_view, 5> subLinkFields{"sub_link_type", "testexpr", "oper_name",
                                                        "subselect", "location"};
constexpr std::array<std::string_view, 3> valueFunctionFields{"op", "typmod", "location"};
constexpr std::array<std::string_view, 3> collateClauseFields{"arg", "collname", "location"};
constexpr std::array<std::string_view, 8> windowDefFields{
    "name",          "refname",      "partition_clause", "order_clause",
    "frame_options", "start_offset", "end_offset",       "location"};
constexpr std::array<std::string_view, 4> sortByFields{"node", "sortby_dir", "sortby_nulls",
                                                       "location"};
constexpr std::array<std::string_view, 3> groupingSetFields{"kind", "content", "location"};
constexpr std::array<std::string_view, 2> groupingFuncFields{"args", "location"};
constexpr std::array<std::string_view, 2> withClauseFields{"ctes", "location"};
constexpr std::array<std::string_view, 5> commonTableExprFields{
    "ctename", "aliascolnames", "ctematerialized", "ctequery", "location"};

constexpr std::array<NodeRule, 41> rules{{
    {"RawStmt", Fields(rawStmtFields)},
    {"SelectStmt", Fields(selectStmtFields)},
    {"A_Const", Fields(aConstFields)},
    {"Integer", Fields(integerFields)},
    {"Float", Fields(floatFields)},
    {"Boolean", Fields(booleanFields)},
    {"String", Fields(stringFields)},
    {"List", Fields(listFields)},
    {"ParamRef", Fields(paramRefFields)},
    {"ColumnRef", Fields(columnRefFields)},
    {"A_Star", Fields()},
    {"A_Expr", Fields(aExprFields)},
    {"FuncCall", Fields(funcCallFields)},
    {"ResTarget", Fields(resTargetFields)},
    {"RangeVar", Fields(rangeVarFields)},
    {"RangeSubselect", Fields(rangeSubselectFields)},
    {"RangeFunction", Fields(rangeFunctionFields)},
    {"JoinExpr", Fields(joinExprFields)},
    {"Alias", Fields(aliasFields)},
    {"TypeName", Fields(typeNameFields)},
    {"TypeCast", Fields(typeCastFields)},
    {"A_Indirection", Fields(aIndirectionFields)},
    {"A_Indices", Fields(aIndicesFields)},
    {"A_ArrayExpr", Fields(aArrayExprFields)},
    {"RowExpr", Fields(rowExprFields)},
    {"BoolExpr", Fields(boolExprFields)},
    {"NullTest", Fields(nullTestFields)},
    {"BooleanTest", Fields(booleanTestFields)},
    {"CaseExpr", Fields(caseExprFields)},
    {"CaseWhen", Fields(caseWhenFields)},
    {"CoalesceExpr", Fields(coalesceExprFields)},
    {"MinMaxExpr", Fields(minMaxExprFields)},
    {"SubLink", Fields(subLinkFields)},
    {"SQLValueFunction", Fields(valueFunctionFields)},
    {"CollateClause", Fields(collateClauseFields)},
    {"WindowDef", Fields(windowDefFields)},
    {"SortBy", Fields(sortByFields)},
    {"GroupingSet", Fields(groupingSetFields)},
    {"GroupingFunc", Fields(groupingFuncFields)},
    {"WithClause", Fields(withClauseFields)},
    {"CommonTableExpr", Fields(commonTableExprFields)},
}};

struct Instead
{
    std::string_view node;
    std::string_view advice;
};
constexpr std::array instead{
    Instead{"SelectStmt.into_clause", "leave INTO out and read the answer"},
    Instead{"SelectStmt.locking_clause",
            "leave FOR UPDATE and FOR SHARE out: reading takes no locks"},
    Instead{"WithClause.recursive", "write WITH without RECURSIVE, one step a name"},
    Instead{"FuncCall.func_variadic", "pass the arguments one by one"},
    Instead{"NamedArgExpr", "pass the arguments by position"},
    Instead{"RangeVar.catalogname", "name the table alone"},
    Instead{"JoinExpr.is_natural", "write JOIN … USING (column)"},
    Instead{"RangeTableSample", "use LIMIT, or WHERE _offset % 100 = 0"},
    Instead{"RangeTableFunc", "use jsonb columns and their operators"},
    Instead{"XmlExpr", "use jsonb_build_object"},
    Instead{"RangeFunction.is_rowsfrom", "write the functions one by one in FROM"},
    Instead{"RangeFunction.coldeflist", "use jsonb operators and casts"},
    Instead{"SortBy.use_op", "write ASC or DESC"},
    Instead{"A_Const.bsval", "write the number in decimal"},
    Instead{"TypeName.setof", "name a plain type"},
    Instead{"CurrentOfExpr", "name the rows by _generation, _partition and _offset"},
};

} // namespace

std::span<const NodeRule> nodeRules() noexcept
{
    return rules;
}

const NodeRule* nodeRule(std::string_view node) noexcept
{
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [node](const NodeRule& rule) { return rule.node == node; });
    return found == rules.end() ? nullptr : &*found;
}

std::string_view insteadOf(std::string_view node) noexcept
{
    const auto found = std::find_if(instead.begin(), instead.end(),
                                    [node](const Instead& line) { return line.node == node; });
    if (found != instead.end())
        return found->advice;
    return node.ends_with("Stmt") ? std::string_view("write one SELECT") : std::string_view();
}

} // namespace millrace::query
