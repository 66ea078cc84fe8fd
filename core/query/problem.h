// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::query {

/// Why a request is not carried out, for the person who wrote it. Holds what they wrote, never SQL
/// of ours, a path or data.
struct Problem
{
    std::string code;    ///< "unknown_name", "wrong_type", "missing", "limit", "syntax", "refused"
    std::string message; ///< one sentence
    std::string field = {};           ///< "measures[0].column"; "query" for a statement
    std::string nearest = {};         ///< the valid name most like what was written; empty: none
    std::optional<int> position = {}; ///< character of the statement, from 1

    bool operator==(const Problem&) const = default;
};
using Problems = std::vector<Problem>;

/// A value, or at least one Problem.
template<class T>
class [[nodiscard]] Checked
{
public:
    Checked(T value)
        : m_value(std::move(value))
    {
    }
    Checked(Problems problems)
        : m_problems(std::move(problems))
    {
        assert(!m_problems.empty());
    }
    Checked(Problem problem)
        : m_problems{std::move(problem)}
    {
    }

    explicit operator bool() const noexcept { return m_value.has_value(); }
    [[nodiscard]] T& operator*() { return *m_value; }
    [[nodiscard]] const T& operator*() const { return *m_value; }
    [[nodiscard]] T* operator->() { return &*m_value; }
    [[nodiscard]] const T* operator->() const { return &*m_value; }
    [[nodiscard]] const Problems& problems() const noexcept { return m_problems; }

private:
    std::optional<T> m_value;
    Problems m_problems;
};

} // namespace millrace::query
