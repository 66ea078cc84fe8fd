// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/integration/scene.h"

#include <cstdint>
#include <optional>
#include <string>

namespace millrace::integration {

/// Records with the numbers 0, 1, 2, … in `id`, whose schema changes as told, with 1 in 100 broken
/// and 1 in 150 a tombstone, spread over the partitions of one topic.
class NumberedLoad
{
public:
    NumberedLoad(Scene& scene, std::string suffix, int partitions);

    /// Produces `count` more and waits until the broker has them.
    void send(std::int64_t count);
    /// From now on one key more, and `amount` of another kind: integer, decimal, text in turns.
    void changeSchema() { ++m_version; }
    [[nodiscard]] std::int64_t sent() const { return m_sent; }

    /// Waits until `count` records of it stand in the database, in whatever form.
    [[nodiscard]] bool landed(std::int64_t count,
                              std::chrono::milliseconds limit = std::chrono::seconds(30));
    /// The oracle's verdict, every row's id and the balance view: empty when the promise is kept.
    [[nodiscard]] std::string trouble(std::chrono::milliseconds limit = std::chrono::seconds(60));

private:
    [[nodiscard]] std::optional<std::string> valueOf(std::int64_t number) const;

    Scene& m_scene;
    std::string m_suffix;
    int m_partitions;
    int m_version = 0;
    std::int64_t m_sent = 0;
};

/// Waits until SIGSTOP has stopped the worker, at a failpoint say.
[[nodiscard]] bool stopped(harness::WorkerProcess& worker,
                           std::chrono::milliseconds limit = std::chrono::seconds(20));

/// Set by MILLRACE_LONG=1: the tests labelled `long` run the same code for minutes.
[[nodiscard]] bool isLongRun();

} // namespace millrace::integration
