// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/http/kept_answers.h"

#include "app/http/answer_key.h"
#include "app/http/gzip.h"

#include <algorithm>
#include <iterator>

namespace millrace::http {

namespace {

using namespace std::chrono_literals;

constexpr const char* minOffsets = "min-offsets";
constexpr auto minOffsetsPatience = 10s;
constexpr std::size_t knownBytesMax = std::size_t{8} << 20;
constexpr std::size_t requestBytesMax = 16 * 1'024;

/// Everything of a request that decides what is asked, and how.
std::string textOf(const Request& request)
{
    std::string text;
    const auto add = [&text](std::string_view part) {
        text.append(std::to_string(part.size())).append(":").append(part);
    };
    add(request.method);
    for (const std::string& segment : request.segments)
        add(segment);
    for (const auto& [name, value] : request.parameters) {
        if (name == minOffsets)
            continue;
        add(name);
        add(value);
    }
    text += ";";
    add(request.accept.value_or(""));
    add(request.body);
    return text;
}

Response tooLate(const Error& error)
{
    Response response = errorResponse(
        504, "offsets",
        "the offsets asked for were not reached in 10 s: " + error.what + "; ask again",
        minOffsets);
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

} // namespace

KeptAnswers::KeptAnswers(postgres::Dsn owners, const std::string& instance,
                         CatalogueSource& catalogue)
    : m_catalogue(catalogue)
    , m_known(knownBytesMax)
    , m_positions(std::move(owners), instance)
{
}

void KeptAnswers::answerEarly(const Request& request, const TellEarly& tell)
{
    PositionSource::Wish wish;
    const auto offsets = request.parameter(minOffsets);
    if (offsets) {
        auto wished = query::parseOffsets(*offsets);
        if (!wished)
            return tell(problemResponse(400, wished.problems().front()));
        wish.offsets = std::move(*wished);
        wish.until = steadyNow() + minOffsetsPatience;
        wish.isWanted = request.isWanted;
    }
    auto known = knownOf(request);
    const bool mayBeKnown =
        known && (request.ifNoneMatch || m_cache.find(known->question.asked) != nullptr);
    if (!mayBeKnown && !offsets)
        return tell(std::nullopt);
    if (known)
        wish.topics = known->question.topics;
    m_positions.ask(std::move(wish),
                    [this, &request, known = std::move(known), isWaiting = offsets.has_value(),
                     tell](const Result<query::Positions>& now) {
                        if (now)
                            tell(known ? find(request, known->question, *now) : std::nullopt);
                        else if (now.error().code == Code::Cancelled)
                            tell(errorResponse(499, "cancelled", now.error().what));
                        else if (now.error().origin == notReachedOrigin)
                            tell(tooLate(now.error()));
                        else
                            tell(isWaiting ? std::optional(databaseAway()) : std::nullopt);
                    });
}

void KeptAnswers::learn(const Request& request,
                        const std::shared_ptr<const query::Catalogue>& catalogue,
                        const KeptQuestion& question)
{
    std::string text = textOf(request);
    if (text.size() > requestBytesMax)
        return;
    const std::size_t bytes = sizeof(Known) + question.asked.size();
    m_known.keep(std::move(text), {catalogue, question}, bytes);
}

std::shared_ptr<const KeptAnswers::Known> KeptAnswers::knownOf(const Request& request)
{
    if (request.body.size() > requestBytesMax)
        return nullptr;
    auto known = m_known.find(textOf(request));
    return known && known->catalogue.lock() == m_catalogue.current() ? known : nullptr;
}

std::optional<Response> KeptAnswers::find(const Request& request, const KeptQuestion& question,
                                          const query::Positions& now)
{
    auto kept = m_cache.find(question.asked);
    if (kept && kept->mark != now.mark)
        kept = nullptr;
    const auto& wished = request.ifNoneMatch;
    if (!kept && !wished)
        return std::nullopt;
    const std::string tag = kept ? kept->tag : entityTag(question.asked + now.mark);
    if (wished && namesTag(*wished, tag)) {
        m_cache.clientHad();
        Response unchanged = unchangedResponse(request);
        unchanged.headers = answerHeaders(now, tag, "client");
        return unchanged;
    }
    if (!kept)
        return std::nullopt;
    m_cache.hit();
    Response response = bodyOf(request, question.asked, kept);
    response.contentType = query::mediaType(question.format);
    std::ranges::move(answerHeaders(now, tag, "hit"), std::back_inserter(response.headers));
    return response;
}

/// Compressed once for all who take it so, by a worker.
Response KeptAnswers::bodyOf(const Request& request, const std::string& asked,
                             const std::shared_ptr<const KeptAnswer>& kept)
{
    Response response;
    if (kept->body.size() < zippedBytesMin || !takesGzip(request)) {
        response.body = kept->body;
        return response;
    }
    response.headers.emplace_back("Content-Encoding", "gzip");
    const std::string zippedKey = asked + "gzip";
    const auto small = m_cache.find(zippedKey);
    if (small && small->mark == kept->mark) {
        response.body = small->body;
        return response;
    }
    response.stream = [this, kept, zippedKey](const WriteBytes& write) {
        const std::string bytes = zipped(kept->body);
        m_cache.keep(zippedKey, {bytes, kept->mark, kept->tag});
        return write(bytes);
    };
    return response;
}

ParameterText minOffsetsText()
{
    return {minOffsets,
            "wait, at most 10 s, until these offsets have been passed: topic/partition=offset, "
            "separated by commas, or what Millrace-Seen said; 504 when they have not",
            "", ""};
}

} // namespace millrace::http
