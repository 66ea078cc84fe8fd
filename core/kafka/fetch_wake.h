// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kafka/client_settings.h"

#include <cstddef>
#include <string>

struct rd_kafka_s;

namespace millrace::kafka {

/// A broker's thread in librdkafka before 2.2 that finds the queue of records full looks again
/// after a whole second, however fast the queue is emptied (later ones have
/// fetch.queue.backoff.ms). This wakes it whenever a quarter of the queue was taken.
class FetchWake
{
public:
    FetchWake(const ClientSettings& settings, std::size_t queueBytesMax);

    /// `bytes` of records left the queue of `client`. True: it was woken.
    bool taken(rd_kafka_s* client, std::size_t bytes);

private:
    std::string m_user;
    std::string m_password;
    std::size_t m_bytesToWake;
    std::size_t m_taken = 0;
};

} // namespace millrace::kafka
