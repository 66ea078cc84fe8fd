// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/message.h"

#include "core/base/hash.h"

namespace millrace::record {

namespace {

constexpr std::int64_t absent = -1;

void addBytes(Hasher64& hasher, bool present, std::string_view bytes)
{
    hasher.addNumber(present ? static_cast<std::int64_t>(bytes.size()) : absent);
    if (present)
        hasher.add(bytes);
}

} // namespace

std::uint64_t fingerprint(const Message& message)
{
    Hasher64 hasher;
    addBytes(hasher, message.hasKey, message.key);
    addBytes(hasher, message.hasValue, message.value);
    hasher.addNumber(message.timestampMs);
    hasher.addNumber(static_cast<std::int64_t>(message.headers.size()));
    for (const Header& header : message.headers) {
        addBytes(hasher, true, header.name);
        addBytes(hasher, header.value.has_value(), header.value.value_or(std::string_view{}));
    }
    return hasher.digest();
}

} // namespace millrace::record
