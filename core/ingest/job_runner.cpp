// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/job_runner.h"

#include "core/base/text.h"
#include "core/control/job_arguments.h"
#include "core/ingest/stoppable_wait.h"
#include "core/landing/replay.h"

#include <algorithm>

namespace millrace::ingest {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds lookInterval = 1s;
constexpr auto readTimeout = 10s;
constexpr int discardedAtOnce = 10'000;
constexpr std::size_t payloadBytesMax = std::size_t{1} << 20;

control::JobOutcome failed(const Error& error)
{
    return {control::JobEnd::Failed, "{}", {}, describe(error)};
}

bool isOfTheJob(const Error& error)
{
    return error.scope == Scope::Record || error.code == Code::InvalidInput ||
           error.code == Code::NotFound || error.code == Code::UserRule ||
           error.code == Code::EncoderFault || error.code == Code::Unsupported;
}

Error refused(const std::string& why, const kafka::TopicPartition& where)
{
    return {Scope::Batch, Code::InvalidInput, why + ": nothing was skipped",
            where.topic + "[" + std::to_string(where.partition.value) + "]"};
}

control::JobOutcome skippedUpTo(Offset first, Offset last)
{
    return {control::JobEnd::Done,
            "{\"first_offset\":" + std::to_string(first.value) +
                ",\"last_offset\":" + std::to_string(last.value) + "}",
            {},
            {}};
}

/// The job stays claimed and stops beating: after 30 s another worker goes on with it.
Error leftToOthers()
{
    return {Scope::Batch, Code::Cancelled, "this worker stops, another goes on with the job",
            "job"};
}

void appendField(std::string& json, std::string_view name, const std::optional<std::string>& text)
{
    json += std::string(",\"") + std::string(name) + "\":";
    if (text)
        appendJsonString(json, *text);
    else
        json += "null";
}

/// Key and headers as base64, because they may be any bytes; the value is the job's payload.
std::string describeRecord(const record::Message& message)
{
    std::string json = "{\"timestamp_ms\":" + std::to_string(message.timestampMs) +
                       ",\"value_bytes\":" + std::to_string(message.value.size()) +
                       ",\"tombstone\":" + (message.hasValue ? "false" : "true");
    appendField(json, "key_base64",
                message.hasKey ? std::optional(base64(message.key)) : std::nullopt);
    json += ",\"headers\":[";
    for (std::size_t i = 0; i < message.headers.size(); ++i) {
        const record::Header& header = message.headers[i];
        json += std::string(i == 0 ? "" : ",") + "{\"name_base64\":";
        appendJsonString(json, base64(header.name));
        appendField(json, "value_base64",
                    header.value ? std::optional(base64(*header.value)) : std::nullopt);
        json += "}";
    }
    return json + "]}";
}

} // namespace

void JobRunner::run(const std::stop_token& stop)
{
    m_stop = stop;
    while (!stop.stop_requested()) {
        const auto ran = runOne(stop);
        if (!ran)
            log(LogLevel::Info, "jobs_wait", describe(ran.error()));
        if (m_connection && m_connection->isBroken())
            m_connection.reset();
        if (!ran || !*ran)
            waitFor(stop, lookInterval);
    }
}

Result<bool> JobRunner::runOne(const std::stop_token& stop)
{
    const auto opened =
        openOwn(m_connection, m_settings.dsn, m_settings.applicationName, silenceMax, m_stop);
    if (!opened)
        return opened.error();
    const auto job = control::claimJob(*m_connection, m_settings.instance);
    if (!job)
        return job.error();
    if (!*job)
        return false;
    auto outcome = carryOut(**job, stop);
    if (!outcome && !isOfTheJob(outcome.error()))
        return outcome.error();
    const auto finished = control::finishJob(*m_connection, m_settings.instance, (*job)->id,
                                             outcome ? *outcome : failed(outcome.error()));
    if (!finished)
        return finished.error();
    return true;
}

Result<control::JobOutcome> JobRunner::carryOut(const control::Job& job,
                                                const std::stop_token& stop)
{
    switch (job.kind) {
    case control::JobKind::Replay:
        return replay(job, stop);
    case control::JobKind::Discard:
        return discard(job, stop);
    case control::JobKind::SkipCorrupt:
        return skipCorrupt(job, stop);
    case control::JobKind::ReadRecord:
        break;
    }
    return readRecord(job);
}

Result<control::JobOutcome> JobRunner::replay(const control::Job& job, const std::stop_token& stop)
{
    const auto wanted = control::readLetterJob(job.argumentsJson);
    if (!wanted)
        return wanted.error();
    const auto open = control::countOpenLetters(*m_connection, wanted->selection);
    if (!open)
        return open.error();
    landing::Replay replay(*m_connection, m_settings.landing);
    landing::Replay::Step total;
    while (!total.finished) {
        const auto step = replay.step(wanted->selection, total.after);
        if (!step)
            return step.error();
        total = {total.replayed + step->replayed, total.stillDead + step->stillDead, step->after,
                 step->finished};
        const auto goOn =
            control::progressJob(*m_connection, m_settings.instance, job.id,
                                 total.replayed + total.stillDead, std::max(*open, total.replayed));
        if (!goOn)
            return goOn.error();
        if (!*goOn)
            break;
        if (!total.finished && stop.stop_requested())
            return leftToOthers();
    }
    const std::string result = "{\"replayed\":" + std::to_string(total.replayed) +
                               ",\"still_dead\":" + std::to_string(total.stillDead) + "}";
    return control::JobOutcome{
        total.finished ? control::JobEnd::Done : control::JobEnd::Cancelled, result, {}, {}};
}

Result<control::JobOutcome> JobRunner::discard(const control::Job& job, const std::stop_token& stop)
{
    const auto wanted = control::readLetterJob(job.argumentsJson);
    if (!wanted)
        return wanted.error();
    const auto open = control::countOpenLetters(*m_connection, wanted->selection);
    if (!open)
        return open.error();
    std::int64_t done = 0;
    bool finished = false;
    while (!finished) {
        const auto moved = control::discardLetters(*m_connection, wanted->selection, wanted->reason,
                                                   discardedAtOnce);
        if (!moved)
            return moved.error();
        done += *moved;
        finished = *moved == 0;
        const auto goOn = control::progressJob(*m_connection, m_settings.instance, job.id, done,
                                               std::max(*open, done));
        if (!goOn)
            return goOn.error();
        if (!finished && !*goOn)
            break;
        if (!finished && stop.stop_requested())
            return leftToOthers();
    }
    return control::JobOutcome{finished ? control::JobEnd::Done : control::JobEnd::Cancelled,
                               "{\"discarded\":" + std::to_string(done) + "}",
                               {},
                               {}};
}

Result<control::JobOutcome> JobRunner::readRecord(const control::Job& job)
{
    const auto address = control::readRecordAddress(job.argumentsJson);
    if (!address)
        return address.error();
    const auto topics = control::loadTopics(*m_connection);
    if (!topics)
        return topics.error();
    const auto row = std::ranges::find(*topics, address->key.topic, &control::TopicRow::topic);
    if (row == topics->end())
        return Error{Scope::Record, Code::NotFound, "there is no such topic", address->key.topic};
    if (row->generation != address->key.generation)
        return Error{Scope::Record, Code::NotFound,
                     "the record belongs to an earlier generation: Kafka no longer has it",
                     address->key.topic};
    if (auto opened = openCluster(); !opened)
        return opened.error();
    const auto found =
        m_cluster->read({address->key.topic, address->key.partition}, address->offset, readTimeout);
    if (!found)
        return found.error();
    if (!*found || (*found)->messages.empty())
        return Error{Scope::Record, Code::NotFound, "Kafka no longer has a record at this offset",
                     address->key.topic};
    const record::Message& message = (*found)->messages.front();
    control::JobOutcome outcome;
    outcome.resultJson = describeRecord(message);
    if (message.hasValue)
        outcome.payload = std::string(message.value.substr(0, payloadBytesMax));
    return outcome;
}

Result<void> JobRunner::openCluster()
{
    if (m_cluster)
        return {};
    auto cluster = kafka::Cluster::open(m_settings.client);
    if (!cluster)
        return cluster.error();
    m_cluster = std::make_unique<kafka::Cluster>(std::move(*cluster));
    return {};
}

/// Skips what is damaged and nothing else: every offset is asked for until one is not.
Result<control::JobOutcome> JobRunner::skipCorrupt(const control::Job& job,
                                                   const std::stop_token& stop)
{
    const auto place = control::readRecordAddress(job.argumentsJson);
    if (!place)
        return place.error();
    const auto held = positionAt(place->key);
    if (!held)
        return held.error();
    const kafka::TopicPartition where{place->key.topic, place->key.partition};
    if (held->nextOffset != place->offset) {
        const auto skipped = control::gapFrom(*m_connection, held->key, place->offset);
        if (!skipped)
            return skipped.error();
        if (*skipped && **skipped < held->nextOffset) // by the worker that had this job before
            return skippedUpTo(place->offset, **skipped);
        return refused("the partition stands at offset " + std::to_string(held->nextOffset.value),
                       where);
    }
    if (auto opened = openCluster(); !opened)
        return opened.error();
    Offset end = place->offset;
    for (;; ++end.value) {
        const auto probe = m_cluster->probe(where, end, readTimeout);
        if (probe)
            break;
        if (probe.error().code != Code::Corrupt)
            return probe.error();
        const std::int64_t done = end.value - place->offset.value;
        const auto goOn =
            control::progressJob(*m_connection, m_settings.instance, job.id, done, done + 1);
        if (!goOn)
            return goOn.error();
        if (!*goOn)
            return control::JobOutcome{.end = control::JobEnd::Cancelled};
        if (stop.stop_requested())
            return leftToOthers();
    }
    if (end == place->offset)
        return refused("what stands at the offset is not damaged", where);
    const Offset last(end.value - 1);
    const std::string why = "corrupt, skipped by job " + std::to_string(job.id);
    const auto moved = control::recordGap(*m_connection, *held, end, held->lowSeen, why);
    if (!moved)
        return moved.error();
    m_shared.events.tell(m_connection.get(),
                         {LogLevel::Alarm, "gap", where.topic, held->key.generation,
                          where.partition,
                          "offsets " + std::to_string(place->offset.value) + " to " +
                              std::to_string(last.value) + " are lost: " + why});
    return skippedUpTo(place->offset, last);
}

Result<control::Position> JobRunner::positionAt(const control::PositionKey& key)
{
    const auto positions = control::loadPositions(*m_connection, key.topic);
    if (!positions)
        return positions.error();
    const auto found = std::ranges::find(*positions, key, &control::Position::key);
    if (found != positions->end())
        return *found;
    return Error{Scope::Record, Code::NotFound, "the present generation has no such partition",
                 key.topic + "[" + std::to_string(key.partition.value) + "]"};
}

} // namespace millrace::ingest
