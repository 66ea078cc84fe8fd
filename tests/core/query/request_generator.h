// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/aggregate_request.h"
#include "core/query/catalogue.h"

#include <random>
#include <string>

namespace millrace::tests {

/// Random requests over one catalogue that are right: every kind of source, filter, dimension and
/// measure in turn.
class RequestGenerator
{
public:
    RequestGenerator(const query::Catalogue& catalogue, unsigned seed)
        : m_catalogue(catalogue)
        , m_random(seed)
    {
    }

    query::AggregateRequest next();
    /// Any values at all, to be written and read again; seldom right.
    query::AggregateRequest anything();

private:
    int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(m_random); }
    bool chance(int percent) { return upTo(99) < percent; }
    template<class Values>
    const auto& oneOf(const Values& values)
    {
        return values[static_cast<std::size_t>(upTo(static_cast<int>(values.size()) - 1))];
    }
    struct Seen
    {
        std::string name;
        schema::ColumnType type;
    };
    void lookUps(query::AggregateRequest& request);
    query::Filter filter();
    std::string constant(schema::ColumnType type);
    query::Dimension dimension();
    query::Measure measure();
    void having(query::AggregateRequest& request);
    std::string word();

    const query::Catalogue& m_catalogue;
    std::mt19937 m_random;
    std::vector<Seen> m_columns; ///< of the request being made
};

} // namespace millrace::tests
