// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_desk.h"

#include "core/base/log.h"
#include "core/query/aggregate_json.h"
#include "core/query/aggregate_sql.h"
#include "core/query/moment.h"
#include "core/query/sandbox_check.h"
#include "core/query/statement_check.h"

namespace millrace::http {

namespace {

constexpr std::size_t writeBytes = 32 * 1'024;
constexpr std::size_t idleMax = 16;
constexpr std::chrono::seconds attackInterval{10};
constexpr const char* tokenHeader = "Millrace-Seen";

bool isStatementsFault(std::string_view sqlState)
{
    return sqlState.starts_with("22") || sqlState.starts_with("21") || sqlState.starts_with("42") ||
           sqlState.starts_with("54") || sqlState.starts_with("0A");
}

/// The client gets the server's sentence where it speaks of the statement, and no more than a word
/// of everything else.
Response refusalOf(const Error& error)
{
    const std::string_view state = std::string_view(error.origin).substr(0, 5);
    if (error.origin == query::lateOrigin)
        return errorResponse(504, "time", error.what, "query");
    if (error.code == Code::Cancelled)
        return errorResponse(499, "cancelled", error.what);
    if (state == "42501")
        return errorResponse(403, "refused", error.what, "query");
    if (isStatementsFault(state))
        return errorResponse(400, state == "54001" ? "limit" : "statement", error.what, "query");
    log(LogLevel::Warning, "http.query", describe(error));
    Response response = errorResponse(
        503, "database", "the database does not answer just now; try again in a moment");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

} // namespace

/// Two sessions that look at one moment together.
struct QueryDesk::Pair
{
    postgres::Connection owner;
    query::QuerySession questions;
};

/// One answer on its way. Its sessions are given back when it is gone.
struct QueryDesk::Question
{
    QueryDesk& desk;
    std::unique_ptr<Pair> pair;
    query::Answer answer;
    query::AnswerWriter writer;
    std::string token;

    ~Question()
    {
        if (pair->questions.stop() && !pair->owner.isBroken())
            desk.giveBack(std::move(pair));
    }

    bool write(const WriteBytes& take)
    {
        std::string bytes;
        writer.begin(bytes);
        for (;;) {
            const auto row = answer.next();
            if (!row) {
                writer.broken(bytes, codeName(row.error().code), row.error().what);
                take(bytes);
                return false;
            }
            if (*row == nullptr)
                break;
            writer.row(bytes, **row, answer.cutCells());
            if (bytes.size() < writeBytes)
                continue;
            if (!take(bytes))
                return false;
            bytes.clear();
        }
        writer.end(bytes, answer.end(), token);
        return take(bytes);
    }
};

QueryDesk::QueryDesk(postgres::Dsn owners, postgres::Dsn administrators, std::string instance,
                     std::string dataSchema, CatalogueSource& catalogue)
    : m_owners(std::move(owners))
    , m_administrators(std::move(administrators))
    , m_instance(std::move(instance))
    , m_dataSchema(std::move(dataSchema))
    , m_catalogue(catalogue)
{
}

QueryDesk::~QueryDesk() = default;

Response QueryDesk::askSql(const Request& request, const std::string& sql,
                           query::AnswerFormat format)
{
    if (!m_catalogue.current())
        return errorResponse(503, "not_ready",
                             "the database has not answered yet; /health says more");
    return answer(request, check(sql), format);
}

Response QueryDesk::askAggregate(const Request& request, query::AnswerFormat format)
{
    const auto catalogue = m_catalogue.fresh();
    if (!catalogue)
        return errorResponse(503, "not_ready",
                             "the database has not answered yet; /health says more");
    const auto asked = query::parseAggregate(request.body);
    if (!asked)
        return problemResponse(400, asked.problems().front());
    return answer(request, query::compileAggregate(*asked, *catalogue), format);
}

Response QueryDesk::answer(const Request& request,
                           const query::Checked<query::Statement>& statement,
                           query::AnswerFormat format)
{
    if (!statement)
        return problemResponse(400, statement.problems().front());
    auto response = ask(request, *statement, format);
    return response ? std::move(*response) : refusalOf(response.error());
}

/// A name that is not known may be a second old.
query::Checked<query::Statement> QueryDesk::check(const std::string& sql)
{
    auto checked = query::checkStatement(sql, *m_catalogue.current());
    if (checked || checked.problems().front().code != "unknown_name")
        return checked;
    return query::checkStatement(sql, *m_catalogue.fresh());
}

Result<Response> QueryDesk::ask(const Request& request, const query::Statement& statement,
                                query::AnswerFormat format)
{
    auto pair = take();
    if (!pair)
        return pair.error();
    if (const auto allowed = statement.isForeign ? allowSql((*pair)->owner) : Result<void>();
        !allowed) {
        giveBack(std::move(*pair));
        return allowed.error();
    }
    const auto moment = query::holdMoment((*pair)->owner, statement.topics);
    if (!moment)
        return moment.error();
    auto answer = (*pair)->questions.ask(statement, {}, moment->id, request.isWanted);
    query::releaseMoment((*pair)->owner);
    if (!answer) {
        if (!(*pair)->questions.isBroken())
            giveBack(std::move(*pair));
        return answer.error();
    }
    Response response;
    response.contentType = query::mediaType(format);
    const std::string token = query::tokenText(moment->seen);
    response.headers.emplace_back(tokenHeader, token);
    query::AnswerWriter writer(format, answer->columns());
    const std::shared_ptr<Question> question(
        new Question{*this, std::move(*pair), std::move(*answer), std::move(writer), token});
    response.stream = [question](const WriteBytes& take) { return question->write(take); };
    return response;
}

Result<std::unique_ptr<QueryDesk::Pair>> QueryDesk::take()
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            auto pair = std::move(m_idle.back());
            m_idle.pop_back();
            return pair;
        }
    }
    return open();
}

void QueryDesk::giveBack(std::unique_ptr<Pair> pair)
{
    const std::lock_guard lock(m_mutex);
    if (m_idle.size() < idleMax)
        m_idle.push_back(std::move(pair));
}

Result<std::unique_ptr<QueryDesk::Pair>> QueryDesk::open()
{
    postgres::ConnectOptions options;
    options.applicationName = "millrace-query/" + m_instance;
    auto owner = postgres::Connection::open(m_owners, options);
    if (!owner)
        return owner.error();
    const auto as = login(*owner);
    if (!as)
        return as.error();
    const auto granted =
        as->role.empty() ? Result<int>(0) : query::grantTables(*owner, as->role, m_dataSchema);
    if (!granted)
        return granted.error();
    auto questions = query::QuerySession::open(as->dsn, m_dataSchema, options.applicationName);
    if (!questions)
        return questions.error();
    return std::unique_ptr<Pair>(new Pair{std::move(*owner), std::move(*questions)});
}

Result<query::QueryLogin> QueryDesk::login(postgres::Connection& owner)
{
    const std::lock_guard lock(m_mutex);
    if (!m_login) {
        auto made = query::prepareQueryRole(owner, m_owners, m_administrators);
        if (!made && made.error().code != Code::WaitForOperator)
            return made.error();
        if (!made)
            m_sqlIsOff = made.error();
        m_login = made ? std::move(*made) : query::QueryLogin{m_owners, {}};
    }
    return *m_login;
}

/// The self-check runs before the first question, and again for as long as it finds something.
Result<void> QueryDesk::allowSql(postgres::Connection& owner)
{
    const std::lock_guard lock(m_mutex);
    if (m_isHarmless)
        return {};
    const bool isLookedAt = m_sqlIsOff && steadyNow() - m_attackedAt < attackInterval;
    if (m_login->role.empty() || isLookedAt)
        return *m_sqlIsOff;
    const auto held = attack(owner, *m_login);
    m_attackedAt = steadyNow();
    m_isHarmless = held.has_value();
    if (!held)
        m_sqlIsOff = held.error();
    return held;
}

Result<void> QueryDesk::attack(postgres::Connection& owner, const query::QueryLogin& login)
{
    if (const auto granted = query::grantTables(owner, login.role, m_dataSchema); !granted)
        return granted.error();
    std::vector<schema::QualifiedName> published;
    for (const query::SourceTable& table : m_catalogue.fresh()->tables())
        published.push_back(table.name);
    const auto report = query::checkSandbox(login.dsn, m_dataSchema, published);
    if (!report)
        return report.error();
    if (report->holds())
        return {};
    std::string what = "questions in SQL are off here: " + report->holes.front();
    if (report->holes.size() > 1)
        what += " (and " + std::to_string(report->holes.size() - 1) + " more)";
    if (!report->mend.empty())
        what += "; let an administrator run: ";
    for (const std::string& line : report->mend)
        what += line + "; ";
    log(LogLevel::Alarm, "sandbox", what, {{"role", login.role}});
    return Error{Scope::Process, Code::Refused, what, "42501"};
}

} // namespace millrace::http
