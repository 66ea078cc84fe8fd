// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/param_arrays.h"

namespace millrace::postgres {

ParamArrays::ParamArrays(std::span<const Param> params)
{
    m_texts.reserve(params.size());
    for (const Param& param : params) {
        const std::string_view value = param.value.value_or(std::string_view());
        const bool copy = param.value && !param.binary;
        const char* given = value.data() == nullptr ? "" : value.data();
        const char* data = copy ? m_texts.emplace_back(value).c_str() : given;
        m_values.push_back(param.value ? data : nullptr);
        m_lengths.push_back(static_cast<int>(value.size()));
        m_formats.push_back(param.binary ? 1 : 0);
    }
}

} // namespace millrace::postgres
