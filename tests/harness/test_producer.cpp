// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/harness/test_producer.h"

#include "tests/harness/harness_error.h"

#include <librdkafka/rdkafka.h>

#include <chrono>

namespace millrace::harness {
namespace {

constexpr int transactionWaitMs = 60'000;

KafkaProperties withDefaults(const std::string& brokers, const KafkaProperties& more)
{
    KafkaProperties all{{"bootstrap.servers", brokers},
                        {"enable.idempotence", "true"},
                        {"linger.ms", "1"},
                        {"queue.buffering.max.messages", "1000000"},
                        {"topic.metadata.refresh.interval.ms", "1000"}};
    for (const auto& [name, value] : more)
        all[name] = value;
    return all;
}

void require(rd_kafka_error_t* error, const std::string& what)
{
    if (error == nullptr)
        return;
    const std::string why = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    throw HarnessError(what + ": " + why);
}

rd_kafka_headers_t* makeHeaders(const TestRecord& record)
{
    rd_kafka_headers_t* made = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(made, name.data(), static_cast<ssize_t>(name.size()),
                            value ? value->data() : nullptr,
                            value ? static_cast<ssize_t>(value->size()) : 0);
    }
    return made;
}

/// RD_KAFKA_V_VALUE and its like are C casts and compound literals; this is the same in C++.
rd_kafka_vu_t bytesOf(rd_kafka_vtype_t what, const std::optional<std::string>& bytes)
{
    rd_kafka_vu_t made{};
    made.vtype = what;
    made.u.mem.ptr = bytes ? const_cast<char*>(bytes->data()) : nullptr;
    made.u.mem.size = bytes ? bytes->size() : 0;
    return made;
}

} // namespace

TestProducer::TestProducer(const std::string& brokers, const KafkaProperties& more)
    : m_client(openProducer(withDefaults(brokers, more)))
    , m_reports(rd_kafka_queue_get_main(m_client.get()))
{
    if (more.contains("transactional.id"))
        require(rd_kafka_init_transactions(m_client.get(), transactionWaitMs), "transactions");
}

void TestProducer::produce(const TestRecord& record)
{
    rd_kafka_vu_t fields[7]{};
    fields[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    fields[0].u.cstr = record.topic.c_str();
    fields[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    fields[1].u.i32 = record.partition;
    fields[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[2].u.i = RD_KAFKA_MSG_F_COPY;
    fields[3].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    fields[3].u.i64 = record.timestampMs;
    fields[4] = bytesOf(RD_KAFKA_VTYPE_VALUE, record.value);
    fields[5] = bytesOf(RD_KAFKA_VTYPE_KEY, record.key);
    std::size_t count = 6;
    rd_kafka_headers_t* headers = nullptr;
    while (true) {
        if (!record.headers.empty()) {
            headers = makeHeaders(record);
            fields[6].vtype = RD_KAFKA_VTYPE_HEADERS;
            fields[6].u.headers = headers;
            count = 7;
        }
        rd_kafka_error_t* error = rd_kafka_produceva(m_client.get(), fields, count);
        if (error == nullptr)
            return;
        // headers belong to the library only when it took the record
        if (headers != nullptr)
            rd_kafka_headers_destroy(headers);
        if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            require(error, "produce to " + record.topic);
        rd_kafka_error_destroy(error);
        collect(100);
    }
}

void TestProducer::collect(int waitMs)
{
    rd_kafka_event_t* event = rd_kafka_queue_poll(m_reports.get(), waitMs);
    if (event == nullptr)
        return;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR) {
        while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
            if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
                m_trouble = rd_kafka_err2str(message->err);
        }
    }
    rd_kafka_event_destroy(event);
}

void TestProducer::flush()
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    rd_kafka_flush(m_client.get(), 0); // ends lingering
    while (rd_kafka_outq_len(m_client.get()) > 0) {
        if (std::chrono::steady_clock::now() > deadline)
            throw HarnessError("records are not delivered within 60 s");
        collect(10);
    }
    if (!m_trouble.empty())
        throw HarnessError("a record was not delivered: " + std::exchange(m_trouble, {}));
}

void TestProducer::send(const TestRecord& record)
{
    produce(record);
    flush();
}

void TestProducer::begin()
{
    require(rd_kafka_begin_transaction(m_client.get()), "begin");
}

void TestProducer::commit()
{
    flush();
    require(rd_kafka_commit_transaction(m_client.get(), transactionWaitMs), "commit");
}

void TestProducer::abort()
{
    flush();
    require(rd_kafka_abort_transaction(m_client.get(), transactionWaitMs), "abort");
}

} // namespace millrace::harness
