// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/sql_state.h"

#include <algorithm>
#include <array>

namespace millrace::postgres {

namespace {

struct Rule
{
    std::string_view state; ///< five characters, or a prefix
    Code code;
};

/// First match wins, so exact states stand before their class.
template<std::size_t n>
const Rule* find(const std::array<Rule, n>& rules, std::string_view state) noexcept
{
    const auto rule = std::find_if(rules.begin(), rules.end(), [state](const Rule& candidate) {
        return state.starts_with(candidate.state);
    });
    return rule == rules.end() ? nullptr : &*rule;
}

/// Rows on their way into a table that belongs to the users as much as to us.
constexpr std::array copyRules{
    Rule{"22P03", Code::EncoderFault},  // invalid binary representation
    Rule{"22P04", Code::EncoderFault},  // bad copy file format
    Rule{"08P01", Code::EncoderFault},  // protocol violation
    Rule{"XX000", Code::EncoderFault},  // internal error, raised by receive functions
    Rule{"22", Code::RecordRefused},    // data exception
    Rule{"54000", Code::RecordRefused}, // row is too big
    Rule{"54001", Code::RecordRefused}, // stack depth
    Rule{"23", Code::UserRule},         // integrity constraint violation
    Rule{"42809", Code::UserRule},      // wrong object type
    Rule{"42P17", Code::UserRule},      // invalid object definition
    Rule{"428C9", Code::UserRule},      // column was made GENERATED ALWAYS
    Rule{"44000", Code::UserRule},      // WITH CHECK OPTION
    Rule{"27000", Code::UserRule},      // triggered data change
    Rule{"38", Code::UserRule},         // external routine, from a trigger
    Rule{"39", Code::UserRule},
};

constexpr std::array alterRules{
    Rule{"0A000", Code::RefreshSchema}, // type of a column used by a view
    Rule{"2BP01", Code::RefreshSchema}, // something depends on the column
    Rule{"22", Code::RefreshSchema},    // a stored value does not convert
    Rule{"23505", Code::RefreshSchema}, // lost a race on a catalogue index
    Rule{"23", Code::UserRule},
    Rule{"42P16", Code::RefreshSchema}, // invalid table definition: inherited column
};

constexpr std::array connectRules{
    Rule{"0A", Code::Refused}, // protocol version
    Rule{"22", Code::Refused}, // bad value of a start-up option
    Rule{"42501", Code::WaitForOperator},
    Rule{"42", Code::Refused},            // unknown start-up option
    Rule{"55000", Code::WaitForOperator}, // database does not accept connections
};

constexpr std::array statementRules{
    Rule{"0A000", Code::RefreshSchema}, // cached plan must not change result type
    Rule{"22", Code::InvalidInput},     // a parameter of ours
    Rule{"23505", Code::Retry},         // a race between workers on a control table
    Rule{"23", Code::Internal},         // the closed lists of the control schema
};

constexpr std::array commonRules{
    Rule{"40", Code::Retry},
    Rule{"08", Code::Retry},
    Rule{"57014", Code::Retry},           // query cancelled
    Rule{"57P04", Code::WaitForOperator}, // database dropped
    Rule{"57", Code::Retry},              // shutdown, crash, starting up
    Rule{"53300", Code::Retry},           // too many connections
    Rule{"55P03", Code::LockTimeout},
    Rule{"53", Code::WaitForOperator},    // disk full, out of memory
    Rule{"28", Code::WaitForOperator},    // login
    Rule{"42501", Code::WaitForOperator}, // privilege
    Rule{"25006", Code::WaitForOperator}, // read-only: now a standby
    Rule{"3D000", Code::WaitForOperator}, // no such database
    Rule{"3F000", Code::RefreshSchema},
    Rule{"42703", Code::RefreshSchema}, // column
    Rule{"42P01", Code::RefreshSchema}, // table
    Rule{"42804", Code::RefreshSchema}, // type
    Rule{"42P07", Code::RefreshSchema}, // table is there already
    Rule{"42701", Code::RefreshSchema}, // column is there already
    Rule{"42710", Code::RefreshSchema}, // object is there already
    Rule{"42809", Code::RefreshSchema}, // not a table any more
    Rule{"54011", Code::TableLimit},
    Rule{"P0", Code::UserRule}, // raised by somebody's PL/pgSQL
    Rule{"42", Code::Internal}, // syntax: our SQL is wrong
    Rule{"XX001", Code::Corrupt},
    Rule{"XX002", Code::Corrupt},
    Rule{"XX", Code::Internal},
    Rule{"58", Code::Internal}, // I/O error, lost file
};

const Rule* findFor(During during, std::string_view state) noexcept
{
    switch (during) {
    case During::Copy:
        return find(copyRules, state);
    case During::Alter:
        return find(alterRules, state);
    case During::Connect:
        return find(connectRules, state);
    case During::Statement:
        break;
    }
    return find(statementRules, state);
}

} // namespace

Code codeOfSqlState(std::string_view sqlState, During during) noexcept
{
    if (const Rule* rule = findFor(during, sqlState))
        return rule->code;
    const Rule* rule = find(commonRules, sqlState);
    return rule == nullptr ? Code::Retry : rule->code;
}

} // namespace millrace::postgres
