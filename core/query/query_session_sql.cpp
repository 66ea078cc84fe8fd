// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/sql_value.h"
#include "core/query/cost_gate.h"
#include "core/query/query_session.h"
#include "core/query/session_settings.h"

#include <map>

namespace millrace::query {

using std::chrono::milliseconds;

namespace {

/// After a cancel the server answers at once; one that does not is left behind.
constexpr milliseconds cancelPatience{700};
constexpr milliseconds cleanUpMax{1'000};
constexpr milliseconds lookEvery{100};
constexpr std::size_t preparedMax = 64;

constexpr const char* beginName = "begin";
constexpr const char* seenName = "seen";
constexpr const char* endName = "end";
constexpr const char* unlockName = "unlock";
constexpr const char* staleState = "0A000"; ///< a prepared statement's columns have changed

std::string lockText(const std::vector<std::string>& tables)
{
    std::string text = "LOCK TABLE ";
    for (const std::string& table : tables)
        text += (table == tables.front() ? "" : ", ") + table;
    return text + " IN ACCESS SHARE MODE";
}

std::vector<postgres::Param> paramsOf(const Statement& statement)
{
    std::vector<postgres::Param> params;
    for (const auto& param : statement.params)
        params.emplace_back(param ? postgres::Param(*param) : postgres::Param(std::nullopt));
    return params;
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

    /// At the start, and when everything has been discarded.
    Result<void> settle()
    {
        beginWork(cleanUpMax, {});
        prepared.clear();
        times = {defaults.timeMax, defaults.lockWaitMax};
        const std::pair<const char*, const char*> statements[] = {
            {beginName, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
            {seenName, positionsSql},
            {endName, "ROLLBACK"},
            {unlockName, "SELECT pg_catalog.pg_advisory_unlock_all()"}};
        if (auto piped = connection->pipelineBegin(); !piped)
            return piped;
        for (const auto& [name, sql] : statements)
            if (auto sent = connection->pipelinePrepare(name, sql); !sent)
                return sent;
        if (auto sent = connection->pipelineSync(); !sent)
            return sent;
        std::optional<Error> failure;
        for (std::size_t i = 0; i < std::size(statements); ++i)
            if (const auto made = connection->pipelineResult(); !made && !failure)
                failure = made.error();
        if (auto ended = connection->pipelineEnd(); !ended || failure)
            return failure ? *failure : ended;
        return watchClient();
    }

    /// Not on every system; with it the server notices that this program has died.
    Result<void> watchClient()
    {
        if (!connection->execute("SET client_connection_check_interval = 500") &&
            connection->isBroken())
            return Error{Scope::Connection, Code::ConnectionLost, "the session is gone", ""};
        return {};
    }

    /// A pooler may leave out what a session is to begin with.
    Result<void> requireSettings()
    {
        const auto set =
            connection->query("SELECT current_setting('default_transaction_read_only') = 'on' AND "
                              "current_setting('search_path') = $1",
                              {searchPath(dataSchema)});
        if (!set)
            return set.error();
        if (set->boolean(0, 0))
            return {};
        return Error{Scope::Process, Code::WaitForOperator,
                     "what stands before the server drops the settings of a session; give "
                     "--query-database a connection to the server itself",
                     ""};
    }

    /// A server that is asked less often than its answers come would never be told to stop.
    Result<void> lookAround()
    {
        if (steadyNow() < nextLook)
            return {};
        nextLook = steadyNow() + lookEvery;
        return whileWaiting();
    }

    Result<void> setTimes()
    {
        const std::pair wanted{limits.timeMax, limits.lockWaitMax};
        if (wanted == times)
            return {};
        const auto set = connection->execute(
            "SET statement_timeout = " + std::to_string(limits.timeMax.count()) +
            ";SET lock_timeout = " + std::to_string(limits.lockWaitMax.count()));
        if (!set)
            return set.error();
        times = wanted;
        return {};
    }

    /// In the question's own transaction.
    Result<void> checkCost(const Statement& statement)
    {
        const auto plan = connection->pipelineResult();
        if (!plan)
            return plan.error();
        if (auto synced = connection->pipelineSynced(); !synced)
            return synced;
        if (const auto cheap = checkPlan(*plan, limits); !cheap)
            return cheap;
        return sendQuestion(statement);
    }

    /// Everything that can be is on its way before the first answer is read.
    Result<void> begin(const Statement& statement)
    {
        isForeign = statement.isForeign;
        isEnding = isClean = isNew = false;
        positions = {};
        if (auto set = setTimes(); !set)
            return set;
        if (auto piped = connection->pipelineBegin(); !piped)
            return piped;
        isOpen = true;
        const bool isGated = limits.planCostMax > 0 && !isSurelyCheap(statement, limits);
        const bool hasTopics = !statement.topics.empty();
        if (auto sent = sendBegin(statement, isGated); !sent)
            return sent;
        if (const auto begun = connection->pipelineResult(); !begun)
            return begun.error();
        if (!statement.tables.empty()) {
            if (const auto locked = connection->pipelineResult(); !locked)
                return locked.error();
        }
        if (hasTopics) {
            const auto rows = connection->pipelineResult();
            if (!rows)
                return rows.error();
            positions = positionsOf(positionsIn(*rows), statement.topics);
        }
        if (auto cheap = isGated ? checkCost(statement) : Result<void>(); !cheap)
            return cheap;
        if (isNew) {
            if (const auto made = connection->pipelineResult(); !made)
                return made.error();
            prepared.emplace(statement.sql, preparedName());
        }
        if (auto rows = connection->pipelineRows(); !rows)
            return rows;
        return advance();
    }

    Result<void> sendBegin(const Statement& statement, bool isGated)
    {
        if (auto sent = connection->pipelineRun(beginName); !sent)
            return sent;
        if (!statement.tables.empty())
            if (auto sent = connection->pipelineSend(lockText(statement.tables)); !sent)
                return sent;
        if (!statement.topics.empty()) {
            const std::string topics = control::arrayText(statement.topics);
            const std::vector<postgres::Param> params{postgres::Param(topics)};
            if (auto sent = connection->pipelineRun(seenName, params); !sent)
                return sent;
        }
        if (!isGated)
            return sendQuestion(statement);
        if (auto sent = connection->pipelineSend("EXPLAIN " + statement.sql, paramsOf(statement));
            !sent)
            return sent;
        return connection->pipelineSync();
    }

    [[nodiscard]] std::string preparedName() const
    {
        return "question " + std::to_string(prepared.size());
    }

    /// What is asked with values is likely to be asked again with others.
    Result<void> sendQuestion(const Statement& statement)
    {
        const auto known = prepared.find(statement.sql);
        const bool isKnown = known != prepared.end();
        const bool isNamed = isKnown || !statement.params.empty();
        isNew = isNamed && !isKnown;
        const std::string name = isKnown ? known->second : preparedName();
        if (isNew)
            if (auto sent = connection->pipelinePrepare(name, statement.sql); !sent)
                return sent;
        const auto params = paramsOf(statement);
        if (auto sent = isNamed ? connection->pipelineRun(name, params)
                                : connection->pipelineSend(statement.sql, params);
            !sent)
            return sent;
        if (auto synced = connection->pipelineSync(); !synced)
            return synced;
        return sendEnd();
    }

    /// Behind a sync of its own: it is done whatever became of the question.
    Result<void> sendEnd()
    {
        isEnding = true;
        if (auto sent = connection->pipelineRun(endName); !sent)
            return sent;
        if (isForeign)
            if (auto sent = connection->pipelineRun(unlockName); !sent)
                return sent;
        return connection->pipelineSync();
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
        isClean = !readsRows && ahead.command().starts_with("SELECT");
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
            if (isOpen && isUsable() && !close())
                connection.reset();
        } catch (...) { // out of memory: closing the socket ends everything
            connection.reset();
        }
        isOpen = readsRows = false;
        return isUsable();
    }

    /// A SELECT that came to its end leaves advisory locks at most: settings, listens and held
    /// cursors go with the transaction. Whatever else was let through by mistake is discarded.
    [[nodiscard]] bool close()
    {
        if (readsRows)
            cancel(steadyNow());
        else
            beginWork(cleanUpMax, {});
        if (!isEnding && !(sendEnd()))
            return false;
        if (!connection->pipelineEnd())
            return false;
        connection->rollback(); // where the cancel met the end
        if (!isUsable())
            return false;
        const bool isFull = prepared.size() >= preparedMax;
        if (isStale || isFull || (isForeign && !isClean))
            return discard();
        return true;
    }

    [[nodiscard]] bool discard()
    {
        beginWork(cleanUpMax, {});
        isStale = false;
        return connection->execute("DISCARD ALL") && settle();
    }

    [[nodiscard]] bool isUsable() const noexcept
    {
        return connection.has_value() && !connection->isBroken();
    }

    std::string dataSchema;
    std::optional<postgres::Connection> connection;
    postgres::Canceller canceller;
    int backendPid = 0;
    QueryLimits defaults;
    QueryLimits limits;
    std::pair<milliseconds, milliseconds> times{}; ///< a statement's and a lock's, as they are set
    std::map<std::string, std::string, std::less<>> prepared; ///< name by text
    Positions positions;
    std::function<bool()> isWanted;
    SteadyTime deadline = SteadyTime::max();
    std::optional<SteadyTime> cancelledAt;
    bool isLate = false;
    bool isOpen = false;    ///< a question is
    bool isEnding = false;  ///< its end is on its way
    bool isForeign = false; ///< its statement is a person's own
    bool isClean = false;   ///< it was a SELECT and came to its end
    bool isNew = false;     ///< it is prepared by the way
    bool isStale = false;   ///< what was prepared does not fit any more
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
    const auto settled = withSettings(dsn, dataSchema, state->defaults);
    if (!settled)
        return settled.error();
    postgres::ConnectOptions options;
    options.applicationName = applicationName;
    options.readOnly = true;
    options.waitHook = [raw = state.get()] { return raw->whileWaiting(); };
    auto connection = postgres::Connection::open(*settled, std::move(options));
    if (!connection)
        return connection.error();
    state->connection.emplace(std::move(*connection));
    state->canceller = state->connection->canceller();
    state->backendPid = state->connection->backendPid();
    if (auto required = state->requireSettings(); !required)
        return required.error();
    if (auto done = state->settle(); !done)
        return done.error();
    return QuerySession(std::move(state));
}

Result<Answer> QuerySession::ask(const Statement& statement, const QueryLimits& limits,
                                 std::function<bool()> isWanted)
{
    State* state = m_state.get();
    if (state->isOpen)
        stop();
    if (isBroken())
        return Error{Scope::Connection, Code::ConnectionLost, "this session is closed", ""};
    state->limits = limits;
    state->isFirst = true;
    state->beginWork(limits.timeMax, std::move(isWanted));
    const bool wasPrepared = state->prepared.contains(statement.sql);
    if (auto begun = state->begin(statement); !begun) {
        const Error error = state->told(begun.error());
        state->isStale = wasPrepared && error.origin.starts_with(staleState);
        const bool isAgain = state->isStale;
        auto wanted = std::move(state->isWanted);
        return stop() && isAgain ? ask(statement, limits, std::move(wanted)) : error;
    }
    auto columns = columnsOf(state->ahead);
    if (columns.size() > static_cast<std::size_t>(limits.answer.columnsMax)) {
        stop();
        return Error{Scope::Batch, Code::InvalidInput,
                     "an answer has at most " + std::to_string(limits.answer.columnsMax) +
                         " columns",
                     "54011 limit"};
    }
    return Answer(
        std::move(columns), state->positions, limits.answer, [state] { return state->nextRow(); },
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
