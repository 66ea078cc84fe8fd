// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/query_session.h"
#include "core/schema/column_type.h"
#include "core/schema/identifier.h"

#include <charconv>

namespace millrace::query {

using std::chrono::milliseconds;

namespace {

/// After a cancel the server answers at once; one that does not is left behind.
constexpr milliseconds cancelPatience{700};
constexpr milliseconds cleanUpMax{1'000};
constexpr milliseconds lookEvery{100};

ValueKind kindOf(Oid type)
{
    switch (type.value) {
    case 16:
        return ValueKind::Bool;
    case 20:
    case 21:
    case 23:
        return ValueKind::Integer;
    case 700:
    case 701:
        return ValueKind::Real;
    case 1700:
        return ValueKind::Decimal;
    case 1184:
        return ValueKind::Time;
    case 114:
    case 3802:
        return ValueKind::Json;
    default:
        return ValueKind::Text;
    }
}

std::string typeText(Oid type)
{
    if (const auto known = schema::columnTypeOfOid(type))
        return std::string(schema::sqlName(*known));
    constexpr std::pair<std::uint32_t, const char*> names[] = {
        {21, "smallint"},        {23, "integer"},
        {114, "json"},           {700, "real"},
        {1042, "character"},     {1043, "varchar"},
        {1082, "date"},          {1083, "time"},
        {1114, "timestamp"},     {1186, "interval"},
        {2950, "uuid"},          {1009, "text[]"},
        {1007, "integer[]"},     {1016, "bigint[]"},
        {1266, "timetz"},        {1022, "double precision[]"},
        {1231, "numeric[]"},     {1000, "boolean[]"},
        {1185, "timestamptz[]"}, {2249, "record"}};
    for (const auto& [oid, name] : names)
        if (oid == type.value)
            return name;
    return "other";
}

std::vector<postgres::Param> paramsOf(const Statement& statement)
{
    std::vector<postgres::Param> params;
    for (const auto& param : statement.params)
        params.emplace_back(param ? postgres::Param(*param) : postgres::Param(std::nullopt));
    return params;
}

double numberBehind(std::string_view line, std::string_view mark, std::string_view from)
{
    const std::size_t begin = line.rfind(from);
    const std::size_t at = begin == std::string_view::npos ? begin : line.find(mark, begin);
    double value = 0;
    if (at != std::string_view::npos)
        std::from_chars(line.data() + at + mark.size(), line.data() + line.size(), value);
    return value;
}

Error tooDear(double cost, double rows, const QueryLimits& limits)
{
    const auto text = [](double number) {
        return std::to_string(static_cast<std::int64_t>(number));
    };
    return {Scope::Batch, Code::InvalidInput,
            "the plan costs " + text(cost) + " and reads " + text(rows) + " rows; at most " +
                text(limits.planCostMax) + " and " + text(limits.planRowsMax) +
                " are allowed: filter by _time, or join on equal columns",
            "54001 limit"};
}

} // namespace

struct QuerySession::State
{
    explicit State(std::string schema)
        : dataSchema(std::move(schema))
    {
    }

    /// Asked while a wait lasts; an error breaks the session, so the server is told first. A cancel
    /// that came before the statement did is lost: it is sent again.
    Result<void> whileWaiting()
    {
        const SteadyTime now = steadyNow();
        if (cancelledAt && now - *cancelledAt >= cancelPatience)
            return Error{Scope::Connection, Code::Cancelled,
                         "the server does not end a cancelled question", ""};
        isLate = isLate || (!cancelledAt && now >= deadline);
        if (cancelledAt || isLate || (isWanted && !isWanted()))
            cancel(now);
        return {};
    }

    void cancel(SteadyTime now)
    {
        if (!cancelledAt)
            cancelledAt = now;
        [[maybe_unused]] const bool sent = canceller.cancel();
    }

    /// What follows has its own time; nobody asks whether it is wanted.
    void beginWork(milliseconds time, std::function<bool()> wanted)
    {
        deadline = steadyNow() + time;
        isWanted = std::move(wanted);
        cancelledAt.reset();
        isLate = false;
    }

    /// What a caller is told about an error of ours or the server's.
    [[nodiscard]] Error told(const Error& error) const
    {
        if (isLate)
            return {error.scope, Code::Cancelled,
                    "the question took longer than " + std::to_string(limits.timeMax.count()) +
                        " ms; ask for less, or filter by _time",
                    lateOrigin};
        if (cancelledAt)
            return {error.scope, Code::Cancelled, "the question is not wanted any more", ""};
        if (error.origin.starts_with("57014"))
            return {error.scope, Code::Cancelled, "the question was cancelled in the server",
                    lateOrigin};
        return error;
    }

    /// Of the session: DISCARD ALL takes them back to what the server or the role says.
    [[nodiscard]] std::string settingsScript() const
    {
        std::string script;
        const auto set = [&script](const char* name, const std::string& value) {
            script += std::string("SET ") + name + " = " + value + ";";
        };
        set("search_path", "pg_catalog, " + schema::quoted(dataSchema));
        set("default_transaction_read_only", "on");
        set("idle_in_transaction_session_timeout", "60000");
        set("work_mem", "'16MB'");
        set("max_parallel_workers_per_gather", "0");
        set("jit", "off");
        set("row_security", "on");
        set("standard_conforming_strings", "on");
        set("DateStyle", "'ISO, YMD'");
        set("IntervalStyle", "'postgres'");
        set("TimeZone", "'UTC'");
        set("extra_float_digits", "1");
        set("bytea_output", "'hex'");
        return script;
    }

    Result<void> settle()
    {
        beginWork(cleanUpMax, {});
        if (auto set = connection->execute(settingsScript()); !set)
            return set.error();
        // not on every system; with it the server notices that this program has died
        if (!connection->execute("SET client_connection_check_interval = 500") &&
            connection->isBroken())
            return Error{Scope::Connection, Code::ConnectionLost, "the session is gone", ""};
        return {};
    }

    /// A server that is asked less often than its answers come would never be told to stop.
    Result<void> lookAround()
    {
        if (steadyNow() < nextLook)
            return {};
        nextLook = steadyNow() + lookEvery;
        return whileWaiting();
    }

    [[nodiscard]] std::string beginScript(const std::string& snapshotId) const
    {
        std::string script = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;";
        if (!snapshotId.empty())
            script += "SET TRANSACTION SNAPSHOT " + schema::literal(snapshotId) + ";";
        return script + "SET LOCAL statement_timeout = " + std::to_string(limits.timeMax.count()) +
               ";SET LOCAL lock_timeout = " + std::to_string(limits.lockWaitMax.count());
    }

    Result<void> beginTransaction(const std::string& snapshotId)
    {
        isOpen = true;
        auto begun = connection->execute(beginScript(snapshotId));
        if (begun)
            return {};
        Error error = begun.error();
        if (error.code == Code::InvalidInput || error.origin.starts_with("22023"))
            error.code = Code::Retry; // the moment has gone with the session that held it
        return error;
    }

    Result<void> checkCost(const Statement& statement)
    {
        if (limits.planCostMax <= 0)
            return {};
        const auto plan = connection->query("EXPLAIN " + statement.sql, paramsOf(statement));
        if (!plan)
            return plan.error();
        double cost = 0;
        double rows = 0;
        for (int i = 0; i < plan->rows(); ++i) {
            const std::string_view line = plan->text(i, 0);
            if (i == 0)
                cost = numberBehind(line, "..", "(cost=");
            rows = std::max(rows, numberBehind(line, " rows=", "(cost="));
        }
        return cost > limits.planCostMax || rows > limits.planRowsMax
                   ? Result<void>(tooDear(cost, rows, limits))
                   : Result<void>();
    }

    Result<void> begin(const Statement& statement, const std::string& snapshotId)
    {
        if (auto begun = beginTransaction(snapshotId); !begun)
            return begun.error();
        isForeign = statement.isForeign;
        if (auto cost = checkCost(statement); !cost)
            return cost.error();
        const auto params = paramsOf(statement);
        if (auto sent = connection->rowsBegin(statement.sql, params); !sent)
            return sent.error();
        return advance();
    }

    /// Reads one row ahead: the first brings the columns.
    Result<void> advance()
    {
        if (auto kept = lookAround(); !kept)
            return kept.error();
        auto next = connection->rowsNext();
        readsRows = next && next->rows() > 0;
        if (!next)
            return next.error();
        ahead = std::move(*next);
        return {};
    }

    Result<const AnswerRow*> nextRow()
    {
        if (!isFirst) {
            if (auto moved = advance(); !moved)
                return told(moved.error());
        }
        isFirst = false;
        if (ahead.rows() == 0)
            return nullptr;
        row.clear();
        for (int column = 0; column < ahead.columns(); ++column)
            row.push_back(ahead.isNull(0, column) ? std::nullopt
                                                  : std::optional(ahead.text(0, column)));
        return &row;
    }

    bool stop() noexcept
    {
        try {
            endRows();
            if (isOpen && isUsable()) {
                beginWork(cleanUpMax, {});
                connection->rollback();
                if (isForeign && isUsable() && !(connection->execute("DISCARD ALL") && settle()))
                    connection.reset();
            }
        } catch (...) { // out of memory: closing the socket ends everything
            connection.reset();
        }
        isOpen = false;
        return isUsable();
    }

    void endRows()
    {
        if (readsRows && isUsable())
            cancel(steadyNow());
        while (readsRows && isUsable()) {
            const auto next = connection->rowsNext();
            readsRows = next && next->rows() > 0;
        }
        readsRows = false;
    }

    [[nodiscard]] bool isUsable() const noexcept
    {
        return connection.has_value() && !connection->isBroken();
    }

    std::string dataSchema;
    std::optional<postgres::Connection> connection;
    postgres::Canceller canceller;
    int backendPid = 0;
    QueryLimits limits;
    std::function<bool()> isWanted;
    SteadyTime deadline = SteadyTime::max();
    std::optional<SteadyTime> cancelledAt;
    bool isLate = false;
    bool isOpen = false;    ///< a transaction is
    bool isForeign = false; ///< its statement is a person's own
    bool readsRows = false;
    bool isFirst = true;
    SteadyTime nextLook;
    postgres::ResultSet ahead;
    AnswerRow row;
};

QuerySession::QuerySession(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
QuerySession::QuerySession(QuerySession&&) noexcept = default;
QuerySession& QuerySession::operator=(QuerySession&&) noexcept = default;
QuerySession::~QuerySession() = default;

Result<QuerySession> QuerySession::open(const postgres::Dsn& dsn, const std::string& dataSchema,
                                        const std::string& applicationName)
{
    auto state = std::make_unique<State>(dataSchema);
    postgres::ConnectOptions options;
    options.applicationName = applicationName;
    options.readOnly = true;
    options.waitHook = [raw = state.get()] { return raw->whileWaiting(); };
    auto connection = postgres::Connection::open(dsn, std::move(options));
    if (!connection)
        return connection.error();
    state->connection.emplace(std::move(*connection));
    state->canceller = state->connection->canceller();
    state->backendPid = state->connection->backendPid();
    if (auto settled = state->settle(); !settled)
        return settled.error();
    return QuerySession(std::move(state));
}

Result<Answer> QuerySession::ask(const Statement& statement, const QueryLimits& limits,
                                 const std::string& snapshotId, std::function<bool()> isWanted)
{
    if (isBroken())
        return Error{Scope::Connection, Code::ConnectionLost, "this session is closed", ""};
    State* state = m_state.get();
    if (state->isOpen && !state->stop())
        return Error{Scope::Connection, Code::ConnectionLost, "this session is closed", ""};
    state->limits = limits;
    state->isFirst = true;
    state->beginWork(limits.timeMax, std::move(isWanted));
    if (auto begun = state->begin(statement, snapshotId); !begun) {
        const Error error = state->told(begun.error());
        stop();
        return error;
    }
    std::vector<AnswerColumn> columns;
    for (int column = 0; column < state->ahead.columns(); ++column)
        columns.push_back({std::string(state->ahead.columnName(column)),
                           typeText(state->ahead.columnType(column)),
                           kindOf(state->ahead.columnType(column))});
    if (columns.size() > static_cast<std::size_t>(limits.answer.columnsMax)) {
        stop();
        return Error{Scope::Batch, Code::InvalidInput,
                     "an answer has at most " + std::to_string(limits.answer.columnsMax) +
                         " columns",
                     "54011 limit"};
    }
    return Answer(
        std::move(columns), limits.answer, [state] { return state->nextRow(); },
        [state] { state->stop(); });
}

bool QuerySession::stop() noexcept
{
    return m_state->stop();
}

bool QuerySession::isBroken() const noexcept
{
    return !m_state->isUsable();
}

int QuerySession::backendPid() const noexcept
{
    return m_state->backendPid;
}

} // namespace millrace::query
