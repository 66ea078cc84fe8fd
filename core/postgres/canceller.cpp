// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/canceller.h"

#include <libpq-fe.h>

#include <array>

namespace millrace::postgres {

Canceller::Canceller(CancelHandle handle)
    : m_handle(std::move(handle))
{
}

bool Canceller::cancel() const noexcept
{
    if (!m_handle)
        return false;
    std::array<char, 256> why{};
    return PQcancel(m_handle.get(), why.data(), static_cast<int>(why.size())) == 1;
}

} // namespace millrace::postgres
