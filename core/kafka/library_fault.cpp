// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/library_fault.h"

#include <librdkafka/rdkafka.h>

namespace millrace::kafka {

std::string faultOfLibrary(int version)
{
    constexpr int firstBad = 0x02040000;
    constexpr int firstMended = 0x020a0000;
    if (version < firstBad || version >= firstMended)
        return {};
    const auto part = [version](int shift) { return std::to_string((version >> shift) & 0xff); };
    return "librdkafka " + part(24) + "." + part(16) + "." + part(8) +
           " crashes, or reads on no more, when a topic is deleted and made anew under a running "
           "worker; take 2.10 or later";
}

std::string faultOfLibrary()
{
    return faultOfLibrary(rd_kafka_version());
}

} // namespace millrace::kafka
