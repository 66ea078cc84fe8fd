// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/postgres/pg_handles.h"

namespace millrace::postgres {

/// Asks the server to cancel what runs in one session. It may outlive the connection; then nothing
/// happens. Blocks for as long as connecting to the server takes.
class Canceller
{
public:
    Canceller() = default;
    explicit Canceller(CancelHandle handle);

    /// False: the request could not be delivered. A statement that is cancelled ends with 57014.
    bool cancel() const noexcept;

private:
    CancelHandle m_handle;
};

} // namespace millrace::postgres
