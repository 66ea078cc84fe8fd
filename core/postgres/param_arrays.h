// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/postgres/connection.h"

#include <span>
#include <string>
#include <vector>

namespace millrace::postgres {

/// Parameters as libpq takes them. `params` must outlive it.
class ParamArrays
{
public:
    explicit ParamArrays(std::span<const Param> params);

    [[nodiscard]] int count() const noexcept { return static_cast<int>(m_values.size()); }
    [[nodiscard]] const char* const* values() const noexcept { return m_values.data(); }
    [[nodiscard]] const int* lengths() const noexcept { return m_lengths.data(); }
    [[nodiscard]] const int* formats() const noexcept { return m_formats.data(); }

private:
    std::vector<std::string> m_texts; ///< libpq wants text to end in a zero byte
    std::vector<const char*> m_values;
    std::vector<int> m_lengths;
    std::vector<int> m_formats;
};

} // namespace millrace::postgres
