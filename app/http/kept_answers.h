// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/catalogue_source.h"
#include "app/http/exchange.h"
#include "app/http/position_source.h"
#include "app/http/recently_used.h"
#include "app/http/result_cache.h"
#include "app/http/route_text.h"
#include "core/query/answer_writer.h"
#include "core/query/positions.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::http {

/// A question as its answer is kept: by `asked`, which is questionKey().
struct KeptQuestion
{
    std::string asked;
    std::vector<std::string> topics;
    query::AnswerFormat format = query::AnswerFormat::Json;
};

/// Answers that need no question to the database. A request that a worker has prepared once is
/// known by its own text, for as long as the catalogue stays as it is; then one reading of the
/// positions, shared with all who ask at that time, says whether what was answered before is still
/// the answer. Any thread.
class KeptAnswers
{
public:
    KeptAnswers(postgres::Dsn owners, const std::string& instance, CatalogueSource& catalogue);

    /// Waits for the offsets of the parameter min-offsets: 400 when they are none, 504 when they
    /// have not come in time. Then the kept answer, or the word that the client's own is as good;
    /// nothing when a worker must ask. Positions are read after this call began.
    void answerEarly(const Request& request, const TellEarly& tell);

    /// After the request was prepared with that catalogue, and found to be allowed.
    void learn(const Request& request, const std::shared_ptr<const query::Catalogue>& catalogue,
               const KeptQuestion& question);
    [[nodiscard]] ResultCache& cache() noexcept { return m_cache; }

private:
    struct Known
    {
        std::weak_ptr<const query::Catalogue> catalogue; ///< old ones must not stay for its sake
        KeptQuestion question;
    };
    std::shared_ptr<const Known> knownOf(const Request& request);
    std::optional<Response> find(const Request& request, const KeptQuestion& question,
                                 const query::Positions& now);
    Response bodyOf(const Request& request, const std::string& asked,
                    const std::shared_ptr<const KeptAnswer>& kept);

    CatalogueSource& m_catalogue;
    ResultCache m_cache;
    RecentlyUsed<Known> m_known;
    PositionSource m_positions; ///< last: its thread uses all above
};

/// Of every route whose answers have positions.
[[nodiscard]] ParameterText minOffsetsText();

} // namespace millrace::http
