// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/postgres/pg_handles.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::postgres {

/// What the server said with an error.
struct ServerError
{
    std::string sqlState;
    std::string message;
    std::string detail;
    std::string context; ///< "COPY orders, line 17, column price"
    std::string schema;
    std::string table;
    std::string column;
    std::string constraint;
};

/// Rows of one statement, in text form. Rows and columns count from 0; out of range is a bug.
class ResultSet
{
public:
    ResultSet() = default;
    explicit ResultSet(ResultHandle handle)
        : m_handle(std::move(handle))
    {
    }

    [[nodiscard]] int rows() const noexcept;
    [[nodiscard]] int columns() const noexcept;
    [[nodiscard]] std::string_view columnName(int column) const noexcept;
    [[nodiscard]] Oid columnType(int column) const noexcept;
    [[nodiscard]] bool isNull(int row, int column) const noexcept;
    [[nodiscard]] std::string_view text(int row, int column) const noexcept;
    [[nodiscard]] std::int64_t number(int row, int column) const noexcept; ///< 0 for null
    [[nodiscard]] std::optional<std::int64_t> optionalNumber(int row, int column) const noexcept;
    [[nodiscard]] double real(int row, int column) const noexcept; ///< 0 for null
    [[nodiscard]] bool boolean(int row, int column) const noexcept;
    [[nodiscard]] std::string bytes(int row, int column) const; ///< of a bytea, whatever its form
    [[nodiscard]] std::int64_t affected() const noexcept;       ///< by INSERT, UPDATE, DELETE
    [[nodiscard]] std::string_view command() const noexcept;    ///< its tag: "SELECT 5"
    [[nodiscard]] pg_result* get() const noexcept { return m_handle.get(); }

private:
    ResultHandle m_handle;
};

} // namespace millrace::postgres
