// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/segment_file.h"

#include "tests/harness/harness_error.h"

#include <filesystem>
#include <fstream>

namespace millrace::integration {

using harness::HarnessError;

namespace {

constexpr std::size_t batchPrefixBytes = 12; ///< base offset and length
constexpr std::size_t lastOffsetDeltaAt = 23;
constexpr std::size_t batchHeaderBytes = 61;

std::uint64_t bigEndian(const std::string& bytes, std::size_t at, std::size_t size)
{
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i)
        number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

} // namespace

SegmentFile::SegmentFile(const harness::KafkaBroker& broker, const std::string& topic,
                         int partition)
    : m_folder(broker.logDir() + "/" + topic + "-" + std::to_string(partition))
    , m_file(m_folder + "/00000000000000000000.log")
{
}

std::uint64_t SegmentFile::endOfBatch(std::int64_t offset) const
{
    const std::string bytes = harness::readFile(m_file);
    for (std::uint64_t at = 0; at + batchHeaderBytes <= bytes.size();) {
        const auto base = static_cast<std::int64_t>(bigEndian(bytes, at, 8));
        const std::uint64_t end = at + batchPrefixBytes + bigEndian(bytes, at + 8, 4);
        const auto delta = static_cast<std::int64_t>(bigEndian(bytes, at + lastOffsetDeltaAt, 4));
        if (base + delta >= offset)
            return end;
        at = end;
    }
    throw HarnessError("no batch with offset " + std::to_string(offset) + " in " + m_file);
}

void SegmentFile::cutBehind(std::int64_t offset)
{
    std::filesystem::resize_file(m_file, endOfBatch(offset));
    // what was derived from the longer file
    for (const auto& entry : std::filesystem::directory_iterator(m_folder)) {
        const auto kind = entry.path().extension();
        if (kind == ".index" || kind == ".timeindex" || kind == ".snapshot")
            std::filesystem::remove(entry.path());
    }
}

void SegmentFile::flipByteAt(std::int64_t offset)
{
    const auto place = static_cast<std::streamoff>(endOfBatch(offset) - 1);
    std::fstream file(m_file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(place);
    const int byte = file.get();
    file.seekp(place);
    file.put(static_cast<char>(byte ^ 1));
    if (!file.flush())
        throw HarnessError("cannot spoil " + m_file);
}

} // namespace millrace::integration
