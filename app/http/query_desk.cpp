// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_desk.h"

#include "app/http/answer_key.h"
#include "core/base/log.h"
#include "core/query/aggregate_json.h"
#include "core/query/aggregate_sql.h"
#include "core/query/sandbox_check.h"

#include <algorithm>

namespace millrace::http {

namespace {

/// An answer up to it is sent whole, with its length; a longer one in such blocks.
constexpr std::size_t blockBytes = 32 * 1'024;
constexpr std::size_t idleMax = 16;
constexpr std::chrono::seconds attackInterval{10};
constexpr const char* forbidden = "42501";

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
    if (state == forbidden)
        return errorResponse(403, "refused", error.what, "query");
    if (isStatementsFault(state))
        return errorResponse(400, state == "54001" ? "limit" : "statement", error.what, "query");
    log(LogLevel::Warning, "http.query", describe(error));
    return databaseAway();
}

} // namespace

/// One answer on its way. Its session is given back when it is gone.
struct QueryDesk::Question
{
    QueryDesk& desk;
    Session session;
    query::Answer answer;
    query::AnswerWriter writer;
    std::string token;
    std::string asked; ///< empty: the answer is not kept
    std::string mark = {};
    std::string tag = {};
    std::string kept = {};

    ~Question()
    {
        if (!session)
            return;
        session->stop();
        desk.giveBack(std::move(session));
    }

    /// Adds a block of rows to `bytes`; false: that was the end.
    Result<bool> more(std::string& bytes)
    {
        while (bytes.size() < blockBytes) {
            const auto row = answer.next();
            if (!row)
                return row.error();
            if (*row == nullptr) {
                writer.end(bytes, answer.end(), token);
                return false;
            }
            writer.row(bytes, **row, answer.cutCells());
        }
        return true;
    }

    /// `bytes`: the first block.
    bool write(std::string& bytes, const WriteBytes& take)
    {
        for (;;) {
            remember(bytes);
            if (!take(bytes))
                return false;
            bytes.clear();
            const auto added = more(bytes);
            if (!added) {
                writer.broken(bytes, codeName(added.error().code), added.error().what);
                take(bytes);
                return false;
            }
            if (*added)
                continue;
            remember(bytes);
            keep();
            return take(bytes);
        }
    }

    void remember(std::string_view bytes)
    {
        if (kept.size() + bytes.size() > ResultCache::answerBytesMax)
            asked.clear();
        if (!asked.empty())
            kept += bytes;
    }

    void keep()
    {
        if (!asked.empty())
            desk.m_kept.cache().keep(std::move(asked), {std::move(kept), std::move(mark), tag});
    }
};

QueryDesk::QueryDesk(postgres::Dsn owners, postgres::Dsn administrators, std::string instance,
                     std::string dataSchema, CatalogueSource& catalogue)
    : m_owners(std::move(owners))
    , m_administrators(std::move(administrators))
    , m_instance(std::move(instance))
    , m_dataSchema(std::move(dataSchema))
    , m_catalogue(catalogue)
    , m_kept(m_owners, m_instance, catalogue)
{
}

QueryDesk::~QueryDesk() = default;

Response QueryDesk::askSql(const Request& request, const AskedSql& asked)
{
    const auto check = [&](const CatalogueSource::Pointer& catalogue) {
        return m_checked.check(asked.sql, catalogue, asked.params);
    };
    return answer(request, check, asked.format);
}

Response QueryDesk::askAggregate(const Request& request, query::AnswerFormat format)
{
    const auto asked = query::parseAggregate(request.body);
    if (!asked)
        return problemResponse(400, asked.problems().front());
    const auto compile = [&asked](const CatalogueSource::Pointer& catalogue) {
        return query::compileAggregate(*asked, *catalogue);
    };
    return answer(request, compile, format);
}

/// A name that is not known may be a second old.
Response QueryDesk::answer(const Request& request, const Prepare& prepare,
                           query::AnswerFormat format)
{
    auto catalogue = m_catalogue.current();
    if (!catalogue)
        return noCatalogueYet();
    auto statement = prepare(catalogue);
    const auto isUnknownName = [](const query::Problem& problem) {
        return problem.code == "unknown_name";
    };
    if (!statement && std::ranges::any_of(statement.problems(), isUnknownName))
        statement = prepare(catalogue = m_catalogue.fresh());
    if (!statement)
        return problemResponse(400, statement.problems().front());
    auto response = ask(request, {std::move(*statement), std::move(catalogue), format});
    return response ? std::move(*response) : refusalOf(response.error());
}

/// Sessions that the server closed while they rested show so only when they are used. Questions
/// change nothing, so they may be asked again.
Result<Response> QueryDesk::ask(const Request& request, const Prepared& prepared)
{
    if (auto rested = takeIdle()) {
        auto response = askBy(rested, request, prepared);
        if (response)
            return response;
        const bool isLost = rested->isBroken();
        giveBack(std::move(rested));
        if (!isLost)
            return response;
    }
    auto opened = open();
    if (!opened)
        return opened.error();
    auto response = askBy(*opened, request, prepared);
    if (!response)
        giveBack(std::move(*opened));
    return response;
}

/// The session goes with the answer, when there is one. A table that came after the role was
/// granted what there was is granted when it is asked for.
Result<Response> QueryDesk::askBy(Session& session, const Request& request,
                                  const Prepared& prepared)
{
    const query::Statement& statement = prepared.statement;
    if (const auto allowed = statement.isForeign ? allowSql() : Result<void>(); !allowed)
        return allowed.error();
    std::string asked;
    if (!statement.isVolatile) {
        asked = questionKey(statement, role(), prepared.format);
        m_kept.learn(request, prepared.catalogue, {asked, statement.topics, prepared.format});
    }
    auto answer = session->ask(statement, {}, request.isWanted);
    if (!answer && answer.error().origin.starts_with(forbidden)) {
        const auto granted = grant();
        if (granted && *granted > 0)
            return askBy(session, request, prepared);
    }
    if (!answer)
        return answer.error();
    const query::Positions seen = answer->positions();
    const std::string tag = asked.empty() ? "" : entityTag(asked + seen.mark);
    Response response;
    response.contentType = query::mediaType(prepared.format);
    response.headers = answerHeaders(seen, tag, asked.empty() ? "volatile" : "miss");
    if (!asked.empty())
        m_kept.cache().missed();
    query::AnswerWriter writer(prepared.format, answer->columns());
    const std::shared_ptr<Question> question(
        new Question{*this, std::move(session), std::move(*answer), std::move(writer),
                     query::tokenText(seen.seen), asked, seen.mark, tag});
    if (auto begun = beginAnswer(question, response); !begun) {
        question->session->stop();
        session = std::move(question->session);
        return begun.error();
    }
    return response;
}

/// What is short goes out whole; what fails before it goes out has a status of its own.
Result<void> QueryDesk::beginAnswer(const std::shared_ptr<Question>& question, Response& response)
{
    std::string bytes;
    question->writer.begin(bytes);
    const auto isMore = question->more(bytes);
    if (!isMore)
        return isMore.error();
    if (*isMore) {
        response.stream = [question, bytes = std::move(bytes)](const WriteBytes& take) mutable {
            return question->write(bytes, take);
        };
        return {};
    }
    question->remember(bytes);
    question->keep();
    response.body = std::move(bytes);
    return {};
}

std::string QueryDesk::role()
{
    const std::lock_guard lock(m_mutex);
    return m_login->role;
}

QueryDesk::Session QueryDesk::takeIdle()
{
    const std::lock_guard lock(m_mutex);
    if (m_idle.empty())
        return nullptr;
    auto session = std::move(m_idle.back());
    m_idle.pop_back();
    return session;
}

void QueryDesk::giveBack(Session session)
{
    const std::lock_guard lock(m_mutex);
    if (session->isBroken())
        m_idle.clear(); // the others are likely to be lost, too
    else if (m_idle.size() < idleMax)
        m_idle.push_back(std::move(session));
}

Result<QueryDesk::Session> QueryDesk::open()
{
    if (const auto granted = grant(); !granted)
        return granted.error();
    auto session =
        query::QuerySession::open(m_login->dsn, m_dataSchema, "millrace-query/" + m_instance);
    if (!session)
        return session.error();
    return std::make_unique<query::QuerySession>(std::move(*session));
}

Result<postgres::Connection> QueryDesk::owner()
{
    postgres::ConnectOptions options;
    options.applicationName = "millrace-query/" + m_instance;
    return postgres::Connection::open(m_owners, options);
}

/// Who asks, and what it may not read yet.
Result<int> QueryDesk::grant()
{
    auto session = owner();
    if (!session)
        return session.error();
    const auto as = login(*session);
    if (!as)
        return as.error();
    return as->role.empty() ? Result<int>(0) : query::grantTables(*session, as->role, m_dataSchema);
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
Result<void> QueryDesk::allowSql()
{
    const std::lock_guard lock(m_mutex);
    if (m_isHarmless)
        return {};
    const bool isLookedAt = m_sqlIsOff && steadyNow() - m_attackedAt < attackInterval;
    if (m_login->role.empty() || isLookedAt)
        return *m_sqlIsOff;
    const auto held = attack();
    m_attackedAt = steadyNow();
    m_isHarmless = held.has_value();
    if (!held)
        m_sqlIsOff = held.error();
    return held;
}

Result<void> QueryDesk::attack()
{
    std::vector<schema::QualifiedName> published;
    for (const query::SourceTable& table : m_catalogue.fresh()->tables())
        published.push_back(table.name);
    const auto report = query::checkSandbox(m_login->dsn, m_dataSchema, published);
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
    log(LogLevel::Alarm, "sandbox", what, {{"role", m_login->role}});
    return Error{Scope::Process, Code::Refused, what, forbidden};
}

} // namespace millrace::http
