// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/numbered_load.h"

#include <cstdlib>

namespace millrace::integration {

using namespace harness;

namespace {

constexpr int brokenEvery = 100;
constexpr int tombstoneEvery = 150;

/// The digits behind "id": of a record of this load.
std::optional<std::string> idOf(const ReadRecord& record)
{
    const std::string& value = record.value.value_or("");
    const std::size_t begin = value.find("\"id\":");
    if (begin == std::string::npos)
        return std::nullopt;
    return value.substr(begin + 5, value.find_first_of(",}", begin) - begin - 5);
}

} // namespace

NumberedLoad::NumberedLoad(Scene& scene, std::string suffix, int partitions)
    : m_scene(scene)
    , m_suffix(std::move(suffix))
    , m_partitions(partitions)
{
    m_scene.createTopic(m_suffix, partitions);
}

std::optional<std::string> NumberedLoad::valueOf(std::int64_t number) const
{
    const std::string id = std::to_string(number);
    if (number % brokenEvery == brokenEvery - 1)
        return "{\"broken\":" + id;
    if (number % tombstoneEvery == tombstoneEvery - 1)
        return std::nullopt;
    static constexpr const char* amounts[] = {"12", "12.5", "\"n/a\""};
    std::string made = "{\"id\":" + id + ",\"text\":\"text of " + id + "\",\"amount\":" +
                       amounts[static_cast<std::size_t>(m_version) % std::size(amounts)];
    for (int key = 1; key <= m_version; ++key)
        made += ",\"key_" + std::to_string(key) + "\":" + std::to_string(number + key);
    return made + "}";
}

void NumberedLoad::send(std::int64_t count)
{
    for (const std::int64_t end = m_sent + count; m_sent < end; ++m_sent) {
        m_scene.producer().produce({.topic = m_scene.topic(m_suffix),
                                    .value = valueOf(m_sent),
                                    .key = std::to_string(m_sent),
                                    .partition = static_cast<int>(m_sent % m_partitions)});
    }
    m_scene.producer().flush();
}

bool NumberedLoad::landed(std::int64_t count, std::chrono::milliseconds limit)
{
    return waitUntil(limit, [&] {
        return m_scene.sql().number("SELECT sum(rows + dead + skipped) FROM millrace.position "
                                    "WHERE topic = $1",
                                    {m_scene.topic(m_suffix)}) >= count;
    });
}

std::string NumberedLoad::trouble(std::chrono::milliseconds limit)
{
    if (!m_scene.caughtUp(m_suffix, limit))
        return "not caught up\n" + m_scene.trouble(m_suffix);
    std::string found = m_scene.trouble(m_suffix);
    for (const std::string& difference :
         m_scene.oracle().compareColumn(m_scene.topic(m_suffix), "id", idOf))
        found += "\nid: " + difference;
    if (m_scene.sql().value("SELECT bool_and(balanced) FROM millrace.balance") != "t")
        found += "\nthe balance view is false";
    return found;
}

bool stopped(WorkerProcess& worker, std::chrono::milliseconds limit)
{
    return waitUntil(limit, [&] {
        const std::string stat =
            readFile("/proc/" + std::to_string(worker.process().pid()) + "/stat");
        const std::size_t behindName = stat.rfind(')');
        return behindName != std::string::npos && stat.substr(behindName + 2, 1) == "T";
    });
}

bool isLongRun()
{
    const char* set = std::getenv("MILLRACE_LONG");
    return set != nullptr && std::string(set) == "1";
}

} // namespace millrace::integration
