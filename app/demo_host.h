// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/data_folder.h"
#include "app/options.h"

#include <functional>
#include <memory>

namespace millrace::app {

/// The embedded default: a private database in the data folder, a broker in this process, and a
/// stream that misbehaves. Blocking start (seconds the first time); one thread.
class DemoHost
{
public:
    /// Errors: Process, of the part that does not start.
    static Result<DemoHost> start(DataFolder& folder, std::int64_t messagesPerSecond);
    DemoHost(DemoHost&&) noexcept;
    DemoHost& operator=(DemoHost&&) = delete;
    ~DemoHost(); ///< stops stream, broker and database, in this order

    /// Brokers, database and the demo's identity into the engine's settings.
    void tell(engine::Settings& settings) const;
    [[nodiscard]] postgres::Dsn queryDatabase() const; ///< as --query-database gives it
    /// The stream begins; it waits for the engine when that falls behind. `landed`: records landed
    /// since this process began, called from any thread until endFeed().
    Result<void> feed(std::function<std::int64_t()> landed);
    void endFeed(); ///< within a second; `landed` is not called any more

private:
    struct Parts;
    explicit DemoHost(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

/// --demo-feed: the sample stream into --brokers until a signal; the exit code.
[[nodiscard]] int feedSamples(const Options& options);

} // namespace millrace::app
