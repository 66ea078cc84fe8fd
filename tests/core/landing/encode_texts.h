// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/landing/planner.h"
#include "core/landing/row_encoder.h"
#include "core/record/decoder.h"
#include "tests/support/copy_reader.h"

#include <deque>
#include <string>
#include <vector>

namespace millrace::tests {

/// Texts as messages of one topic on their way through decode, plan and encode, without a server:
/// what a plan asks for is applied to the schema at once. Offsets count on from call to call.
class EncodeTexts
{
public:
    explicit EncodeTexts(const Limits& theLimits = Limits{},
                         schema::Contract contract = schema::Contract::Evolve);

    /// A message to be changed before run(); its value stays as given.
    record::Message& add(std::string value);
    /// Decodes, plans until the plan stands, and encodes what are rows.
    void run();
    /// The same for texts alone.
    void run(std::vector<std::string> values);

    /// A row's field by column name ("_more" too); "-" when it is null or not in the COPY.
    [[nodiscard]] std::string field(std::size_t row, const std::string& column) const;
    [[nodiscard]] std::string textOf(std::size_t row, const std::string& column) const;
    [[nodiscard]] std::string more(std::size_t row) const;

    Limits limits;
    record::Decoder decoder;
    landing::Planner planner;
    landing::RowEncoder encoder;
    schema::TableSchema schema;
    landing::TopicPlan plan;
    record::Decoded decoded;
    std::vector<record::Message> messages;
    std::vector<CopyRow> rows;
    schema::Changes changes; ///< of all runs

private:
    std::deque<std::string> m_values;
    std::int64_t m_nextOffset = 0;
};

} // namespace millrace::tests
