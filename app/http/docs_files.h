// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace millrace::http {

/// A file of resources/docs or of Swagger UI, as resources/cmake/docs.cmake has built it in.
[[nodiscard]] std::optional<std::string_view> docsFile(std::string_view name) noexcept;

} // namespace millrace::http
