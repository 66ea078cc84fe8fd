// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/fetch_wake.h"

#include <librdkafka/rdkafka.h>

namespace millrace::kafka {

namespace {

constexpr std::size_t wakesPerQueue = 4;

bool looksAgainByItself()
{
    constexpr int queueBackoffVersion = 0x02020000;
    return rd_kafka_version() >= queueBackoffVersion;
}

} // namespace

FetchWake::FetchWake(const ClientSettings& settings, std::size_t queueBytesMax)
    : m_user(lastValueOf(settings, "sasl.username"))
    , m_password(lastValueOf(settings, "sasl.password"))
    , m_bytesToWake(queueBytesMax / wakesPerQueue)
{
}

bool FetchWake::taken(rd_kafka_s* client, std::size_t bytes)
{
    m_taken += bytes;
    if (m_taken < m_bytesToWake || looksAgainByItself())
        return false;
    m_taken = 0;
    // Of all calls this one wakes every broker's thread and asks the brokers nothing. The
    // credentials are those it has already.
    if (rd_kafka_error_t* error =
            rd_kafka_sasl_set_credentials(client, m_user.c_str(), m_password.c_str()))
        rd_kafka_error_destroy(error);
    return true;
}

} // namespace millrace::kafka
