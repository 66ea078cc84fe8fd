// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/http/exchange.h"
#include "core/postgres/connection.h"
#include "core/query/catalogue.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace millrace::http {

/// The tables that can be asked, kept in memory and at most a second old while the database
/// answers; a thread of its own reads them. When the database is away the last ones stay. Any
/// thread.
class CatalogueSource
{
public:
    using Pointer = std::shared_ptr<const query::Catalogue>;

    CatalogueSource(postgres::Dsn dsn, const std::string& instance, std::string dataSchema);

    /// Null until it was read for the first time; the same one for as long as nothing has changed.
    [[nodiscard]] Pointer current() const;
    /// One that was read after this call began; current() when that does not come within two
    /// seconds.
    [[nodiscard]] Pointer fresh();

private:
    void run(const std::stop_token& stop);
    Result<void> read();
    Result<void> connect();

    postgres::Dsn m_dsn;
    postgres::ConnectOptions m_options;
    std::string m_dataSchema;
    std::optional<postgres::Connection> m_connection; ///< of the thread

    mutable std::mutex m_mutex; ///< guards all below
    std::condition_variable_any m_changed;
    Pointer m_catalogue;
    std::uint64_t m_readsBegun = 0;
    std::uint64_t m_readsDone = 0; ///< number of the last one that succeeded
    bool m_isAsked = false;
    std::jthread m_thread; ///< last: it uses all above
};

/// 503, while current() is null.
[[nodiscard]] Response noCatalogueYet();

} // namespace millrace::http
