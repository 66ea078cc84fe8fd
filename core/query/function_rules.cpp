// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/function_rules.h"

#include "core/base/nearest_name.h"

#include <algorithm>
#include <array>

namespace millrace::query {

namespace {

/// Left out on purpose: whatever runs SQL given as text, reads files or settings, waits, locks,
/// sends, or makes its answer as long as a number says (repeat, format, exp of numeric).
constexpr std::array<FunctionRule, 180> functions{{
    {"abs", 1, 1},
    {"acos", 1, 1},
    {"age", 1, 2, FunctionTrait::Volatile},
    {"array_agg", 1, 1},
    {"array_append", 2, 2, FunctionTrait::Grows},
    {"array_cat", 2, 2, FunctionTrait::Grows},
    {"array_length", 2, 2},
    {"array_position", 2, 2},
    {"array_prepend", 2, 2, FunctionTrait::Grows},
    {"array_remove", 2, 2},
    {"array_to_string", 2, 3, FunctionTrait::Grows},
    {"ascii", 1, 1},
    {"asin", 1, 1},
    {"atan", 1, 1},
    {"atan2", 2, 2},
    {"avg", 1, 1},
    {"bit_and", 1, 1},
    {"bit_length", 1, 1},
    {"bit_or", 1, 1},
    {"bool_and", 1, 1},
    {"bool_or", 1, 1},
    {"btrim", 1, 2, FunctionTrait::Search},
    {"cardinality", 1, 1},
    {"cbrt", 1, 1},
    {"ceil", 1, 1},
    {"ceiling", 1, 1},
    {"char_length", 1, 1},
    {"character_length", 1, 1},
    {"clock_timestamp", 0, 0, FunctionTrait::Volatile},
    {"concat", 1, 50, FunctionTrait::Grows},
    {"concat_ws", 1, 50, FunctionTrait::Grows},
    {"corr", 2, 2},
    {"cos", 1, 1},
    {"count", 0, 1},
    {"covar_pop", 2, 2},
    {"covar_samp", 2, 2},
    {"cume_dist", 0, 4},
    {"date", 1, 1},
    {"date_bin", 3, 3},
    {"date_part", 2, 2},
    {"date_trunc", 2, 3},
    {"degrees", 1, 1},
    {"dense_rank", 0, 4},
    {"div", 2, 2},
    {"every", 1, 1},
    {"extract", 2, 2},
    {"first_value", 1, 1},
    {"floor", 1, 1},
    {"gcd", 2, 2},
    {"generate_series", 2, 3, FunctionTrait::Series},
    {"initcap", 1, 1},
    {"isfinite", 1, 1},
    {"json_agg", 1, 1},
    {"json_array_elements", 1, 1, FunctionTrait::Rows},
    {"json_array_elements_text", 1, 1, FunctionTrait::Rows},
    {"json_array_length", 1, 1},
    {"json_build_array", 0, 100, FunctionTrait::Grows},
    {"json_build_object", 0, 100, FunctionTrait::Grows},
    {"json_each", 1, 1, FunctionTrait::Rows},
    {"json_each_text", 1, 1, FunctionTrait::Rows},
    {"json_extract_path", 2, 12},
    {"json_extract_path_text", 2, 12},
    {"json_object_agg", 2, 2},
    {"json_object_keys", 1, 1, FunctionTrait::Rows},
    {"json_typeof", 1, 1},
    {"jsonb_agg", 1, 1},
    {"jsonb_array_elements", 1, 1, FunctionTrait::Rows},
    {"jsonb_array_elements_text", 1, 1, FunctionTrait::Rows},
    {"jsonb_array_length", 1, 1},
    {"jsonb_build_array", 0, 100, FunctionTrait::Grows},
    {"jsonb_build_object", 0, 100, FunctionTrait::Grows},
    {"jsonb_each", 1, 1, FunctionTrait::Rows},
    {"jsonb_each_text", 1, 1, FunctionTrait::Rows},
    {"jsonb_extract_path", 2, 12},
    {"jsonb_extract_path_text", 2, 12},
    {"jsonb_object_agg", 2, 2},
    {"jsonb_object_keys", 1, 1, FunctionTrait::Rows},
    {"jsonb_strip_nulls", 1, 1},
    {"jsonb_typeof", 1, 1},
    {"justify_days", 1, 1},
    {"justify_hours", 1, 1},
    {"justify_interval", 1, 1},
    {"lag", 1, 3},
    {"last_value", 1, 1},
    {"lcm", 2, 2},
    {"lead", 1, 3},
    {"left", 2, 2},
    {"length", 1, 1},
    {"like_escape", 2, 2},
    {"ln", 1, 1},
    {"log", 1, 2},
    {"lower", 1, 1},
    {"lpad", 2, 3, FunctionTrait::Pads},
    {"ltrim", 1, 2, FunctionTrait::Search},
    {"make_date", 3, 3},
    {"make_interval", 0, 7},
    {"make_time", 3, 3, FunctionTrait::Volatile},
    {"make_timestamp", 6, 6},
    {"make_timestamptz", 6, 7},
    {"max", 1, 1},
    {"md5", 1, 1},
    {"min", 1, 1},
    {"mod", 2, 2},
    {"mode", 0, 0},
    {"now", 0, 0, FunctionTrait::Volatile},
    {"nth_value", 2, 2},
    {"ntile", 1, 1},
    {"num_nonnulls", 1, 50},
    {"num_nulls", 1, 50},
    {"octet_length", 1, 1},
    {"overlaps", 4, 4},
    {"overlay", 3, 4, FunctionTrait::Grows},
    {"percent_rank", 0, 4},
    {"percentile_cont", 1, 1},
    {"percentile_disc", 1, 1},
    {"pi", 0, 0},
    {"position", 2, 2, FunctionTrait::Search},
    {"pow", 2, 2, FunctionTrait::Power},
    {"power", 2, 2, FunctionTrait::Power},
    {"radians", 1, 1},
    {"random", 0, 0, FunctionTrait::Volatile},
    {"rank", 0, 4},
    {"regexp_count", 2, 2, FunctionTrait::Pattern},
    {"regexp_instr", 2, 2, FunctionTrait::Pattern},
    {"regexp_like", 2, 2, FunctionTrait::Pattern},
    {"regexp_match", 2, 3, FunctionTrait::Pattern},
    {"regexp_matches", 2, 3, FunctionTrait::Pattern},
    {"regexp_replace", 3, 4, FunctionTrait::Pattern},
    {"regexp_split_to_array", 2, 3, FunctionTrait::Pattern},
    {"regexp_split_to_table", 2, 3, FunctionTrait::Pattern},
    {"regexp_substr", 2, 2, FunctionTrait::Pattern},
    {"regr_avgx", 2, 2},
    {"regr_avgy", 2, 2},
    {"regr_count", 2, 2},
    {"regr_intercept", 2, 2},
    {"regr_r2", 2, 2},
    {"regr_slope", 2, 2},
    {"regr_sxx", 2, 2},
    {"regr_sxy", 2, 2},
    {"regr_syy", 2, 2},
    {"replace", 3, 3, FunctionTrait::Replace},
    {"reverse", 1, 1},
    {"right", 2, 2},
    {"round", 1, 2},
    {"row_number", 0, 0},
    {"rpad", 2, 3, FunctionTrait::Pads},
    {"rtrim", 1, 2, FunctionTrait::Search},
    {"sign", 1, 1},
    {"similar_to_escape", 1, 2, FunctionTrait::Escape},
    {"sin", 1, 1},
    {"split_part", 3, 3, FunctionTrait::Search},
    {"sqrt", 1, 1},
    {"starts_with", 2, 2},
    {"statement_timestamp", 0, 0, FunctionTrait::Volatile},
    {"stddev", 1, 1},
    {"stddev_pop", 1, 1},
    {"stddev_samp", 1, 1},
    {"string_agg", 2, 2},
    {"string_to_array", 2, 3, FunctionTrait::Search},
    {"strpos", 2, 2, FunctionTrait::Search},
    {"substr", 2, 3},
    {"substring", 2, 3, FunctionTrait::Part},
    {"sum", 1, 1},
    {"tan", 1, 1},
    {"timezone", 2, 2},
    {"to_char", 2, 2, FunctionTrait::Format},
    {"to_date", 2, 2, FunctionTrait::Format},
    {"to_json", 1, 1},
    {"to_jsonb", 1, 1},
    {"to_number", 2, 2, FunctionTrait::Format},
    {"to_timestamp", 1, 2, FunctionTrait::Format},
    {"transaction_timestamp", 0, 0, FunctionTrait::Volatile},
    {"translate", 3, 3, FunctionTrait::Search},
    {"trunc", 1, 2},
    {"unnest", 1, 1, FunctionTrait::Rows},
    {"upper", 1, 1},
    {"var_pop", 1, 1},
    {"var_samp", 1, 1},
    {"variance", 1, 1},
    {"width_bucket", 2, 4},
}};

constexpr std::array<std::string_view, 40> operators{
    "=",   "<>", "<",   "<=",  ">",  ">=", "+", "-",  "*",  "/",  "%",  "^",   "||",  "->",
    "->>", "#>", "#>>", "#-",  "@>", "<@", "?", "?|", "?&", "&&", "~~", "~~*", "!~~", "!~~*",
    "~",   "~*", "!~",  "!~*", "&",  "|",  "#", "<<", ">>", "@",  "|/", "||/"};
constexpr std::array<std::string_view, 19> types{
    "bool",        "int2",     "int4",   "int8",  "float4", "float8", "numeric",
    "text",        "varchar",  "bpchar", "date",  "time",   "timetz", "timestamp",
    "timestamptz", "interval", "json",   "jsonb", "uuid"};
constexpr std::array<std::string_view, 4> collations{"C", "POSIX", "default", "ucs_basic"};

template<class Names>
bool isIn(const Names& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

std::span<const FunctionRule> functionRules() noexcept
{
    return functions;
}

const FunctionRule* functionRule(std::string_view name) noexcept
{
    const auto found = std::lower_bound(
        functions.begin(), functions.end(), name,
        [](const FunctionRule& rule, std::string_view wanted) { return rule.name < wanted; });
    return found == functions.end() || found->name != name ? nullptr : &*found;
}

std::string_view nearestFunction(std::string_view name)
{
    std::array<std::string_view, functions.size()> names;
    std::transform(functions.begin(), functions.end(), names.begin(),
                   [](const FunctionRule& rule) { return rule.name; });
    return nearestName(name, names);
}

bool isOperator(std::string_view name) noexcept
{
    return isIn(operators, name);
}

bool isScalarType(std::string_view name) noexcept
{
    return isIn(types, name);
}

bool isCollation(std::string_view name) noexcept
{
    return isIn(collations, name);
}

} // namespace millrace::query
