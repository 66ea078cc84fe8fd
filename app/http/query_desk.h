// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/asked_sql.h"
#include "app/http/catalogue_source.h"
#include "app/http/exchange.h"
#include "app/http/kept_answers.h"
#include "core/base/clock.h"
#include "core/query/answer_writer.h"
#include "core/query/checked_statements.h"
#include "core/query/query_role.h"
#include "core/query/query_session.h"
#include "core/query/statement.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace millrace::http {

/// Where questions run: sessions of the query role. Any thread; a question keeps its session until
/// its answer is written.
class QueryDesk
{
public:
    /// `administrators`: --query-database, may be empty.
    QueryDesk(postgres::Dsn owners, postgres::Dsn administrators, std::string instance,
              std::string dataSchema, CatalogueSource& catalogue);
    ~QueryDesk();

    /// One SELECT of a person's own. 400 when it is refused, 403 with what to run when there is no
    /// role to run it with or the program's attack on itself got through, 503 when the database is
    /// away, 504 when it takes too long.
    [[nodiscard]] Response askSql(const Request& request, const AskedSql& asked);

    /// The structured form: the request's body is what query::parseAggregate() reads. Goes on where
    /// SQL of people's own is off.
    [[nodiscard]] Response askAggregate(const Request& request, query::AnswerFormat format);

    /// What needs no worker, of both: see KeptAnswers.
    void answerEarly(const Request& request, const TellEarly& tell)
    {
        m_kept.answerEarly(request, tell);
    }
    [[nodiscard]] CacheFigures cacheFigures() { return m_kept.cache().figures(); }

private:
    struct Question;
    struct Prepared
    {
        query::Statement statement;
        CatalogueSource::Pointer catalogue; ///< by which it was
        query::AnswerFormat format;
    };
    using Session = std::unique_ptr<query::QuerySession>;

    using Prepare =
        std::function<query::Checked<query::Statement>(const CatalogueSource::Pointer&)>;
    [[nodiscard]] Session takeIdle(); ///< null: none rests
    void giveBack(Session session);
    Result<Session> open();
    Result<postgres::Connection> owner();
    Result<query::QueryLogin> login(postgres::Connection& owner);
    Result<int> grant();
    Result<void> allowSql(); ///< after login()
    Result<void> attack();
    Response answer(const Request& request, const Prepare& prepare, query::AnswerFormat format);
    Result<Response> ask(const Request& request, const Prepared& prepared);
    Result<Response> askBy(Session& session, const Request& request, const Prepared& prepared);
    static Result<void> beginAnswer(const std::shared_ptr<Question>& question, Response& response);
    [[nodiscard]] std::string role(); ///< empty: the owner's

    postgres::Dsn m_owners;
    postgres::Dsn m_administrators;
    std::string m_instance;
    std::string m_dataSchema;
    CatalogueSource& m_catalogue;
    query::CheckedStatements m_checked;
    KeptAnswers m_kept;

    std::mutex m_mutex; ///< guards all below
    std::vector<Session> m_idle;
    std::optional<query::QueryLogin> m_login; ///< no role: the owner's, for structured requests
    std::optional<Error> m_sqlIsOff;          ///< why, as the last look found it
    bool m_isHarmless = false;                ///< the self-check has held
    SteadyTime m_attackedAt{};
};

} // namespace millrace::http
