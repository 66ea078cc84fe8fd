// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/query_desk.h"

#include "app/http/answer_key.h"
#include "core/base/log.h"
#include "core/query/aggregate_json.h"
#include "core/query/aggregate_sql.h"
#include "core/query/moment.h"
#include "core/query/sandbox_check.h"
#include "core/query/statement_check.h"

#include <algorithm>

namespace millrace::http {

namespace {

constexpr std::size_t writeBytes = 32 * 1'024;
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

/// Two sessions that look at one moment together.
struct QueryDesk::Pair
{
    postgres::Connection owner;
    query::QuerySession questions;
    std::string role; ///< empty: the owner's

    [[nodiscard]] bool isLost() const { return owner.isBroken() || questions.isBroken(); }
};

/// One answer on its way. Its sessions are given back when it is gone.
struct QueryDesk::Question
{
    QueryDesk& desk;
    std::unique_ptr<Pair> pair;
    query::Answer answer;
    query::AnswerWriter writer;
    std::string token;
    std::optional<std::string> key; ///< nothing: the answer is not kept
    std::string tag;

    ~Question()
    {
        pair->questions.stop();
        desk.giveBack(std::move(pair));
    }

    bool write(const WriteBytes& client)
    {
        std::string kept;
        const auto take = [&](std::string_view bytes) {
            if (key && kept.size() + bytes.size() <= ResultCache::answerBytesMax)
                kept += bytes;
            else
                key.reset();
            return client(bytes);
        };
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
        const bool isTaken = take(bytes);
        if (key)
            desk.m_kept.cache().keep(*key, {std::move(kept), tag});
        return isTaken;
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

Response QueryDesk::askSql(const Request& request, const std::string& sql,
                           query::AnswerFormat format)
{
    const auto check = [&sql](const query::Catalogue& catalogue) {
        return query::checkStatement(sql, catalogue);
    };
    return answer(request, check, format);
}

Response QueryDesk::askAggregate(const Request& request, query::AnswerFormat format)
{
    const auto asked = query::parseAggregate(request.body);
    if (!asked)
        return problemResponse(400, asked.problems().front());
    const auto compile = [&asked](const query::Catalogue& catalogue) {
        return query::compileAggregate(*asked, catalogue);
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
    auto statement = prepare(*catalogue);
    const auto isUnknownName = [](const query::Problem& problem) {
        return problem.code == "unknown_name";
    };
    if (!statement && std::ranges::any_of(statement.problems(), isUnknownName))
        statement = prepare(*(catalogue = m_catalogue.fresh()));
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
        const bool isLost = rested->isLost();
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

/// The pair goes with the answer, when that comes from the database. A table that came after the
/// role was granted what there was is granted when it is asked for.
Result<Response> QueryDesk::askBy(std::unique_ptr<Pair>& pair, const Request& request,
                                  const Prepared& prepared)
{
    const query::Statement& statement = prepared.statement;
    if (const auto allowed = statement.isForeign ? allowSql() : Result<void>(); !allowed)
        return allowed.error();
    const auto moment = query::holdMoment(pair->owner, statement.topics);
    if (!moment)
        return moment.error();
    std::optional<std::string> key;
    if (!statement.isVolatile) {
        const KeptQuestion question{questionKey(statement, pair->role, prepared.format),
                                    statement.topics, prepared.format};
        m_kept.learn(request, prepared.catalogue, question);
        if (auto known = m_kept.find(request, question, moment->positions)) {
            query::releaseMoment(pair->owner);
            giveBack(std::move(pair));
            return std::move(*known);
        }
        key = question.asked + moment->positions.mark;
    }
    auto answer = pair->questions.ask(statement, {}, moment->id, request.isWanted);
    query::releaseMoment(pair->owner);
    if (!answer && answer.error().origin.starts_with(forbidden)) {
        const auto granted = grant(pair->owner);
        if (granted && *granted > 0)
            return askBy(pair, request, prepared);
    }
    if (!answer)
        return answer.error();
    Response response;
    response.contentType = query::mediaType(prepared.format);
    const std::string tag = key ? entityTag(*key) : "";
    response.headers = answerHeaders(moment->positions, tag, key ? "miss" : "volatile");
    if (key)
        m_kept.cache().missed();
    query::AnswerWriter writer(prepared.format, answer->columns());
    const std::shared_ptr<Question> question(
        new Question{*this, std::move(pair), std::move(*answer), std::move(writer),
                     query::tokenText(moment->positions.seen), std::move(key), tag});
    response.stream = [question](const WriteBytes& take) { return question->write(take); };
    return response;
}

std::unique_ptr<QueryDesk::Pair> QueryDesk::takeIdle()
{
    const std::lock_guard lock(m_mutex);
    if (m_idle.empty())
        return nullptr;
    auto pair = std::move(m_idle.back());
    m_idle.pop_back();
    return pair;
}

void QueryDesk::giveBack(std::unique_ptr<Pair> pair)
{
    const std::lock_guard lock(m_mutex);
    if (pair->owner.isBroken())
        m_idle.clear(); // the others are likely to be lost, too
    else if (!pair->isLost() && m_idle.size() < idleMax)
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
    if (const auto granted = grant(*owner); !granted)
        return granted.error();
    auto questions = query::QuerySession::open(as->dsn, m_dataSchema, options.applicationName);
    if (!questions)
        return questions.error();
    return std::unique_ptr<Pair>(new Pair{std::move(*owner), std::move(*questions), as->role});
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

Result<int> QueryDesk::grant(postgres::Connection& owner)
{
    const std::string role = m_login->role;
    return role.empty() ? Result<int>(0) : query::grantTables(owner, role, m_dataSchema);
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
