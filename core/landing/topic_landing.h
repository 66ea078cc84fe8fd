// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/landing/planner.h"
#include "core/landing/schema_applier.h"
#include "core/landing/table_catalogue.h"
#include "core/landing/table_copy.h"
#include "core/landing/tally.h"
#include "core/record/decoder.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace::landing {

/// What a committer keeps of one topic from batch to batch: its decoder, its planner, its table as
/// it was last seen. And the batch under way. One thread.
class TopicLanding
{
public:
    TopicLanding(std::string topic, const Limits& limits);

    /// Decodes into `decoded`, which must outlive the batch.
    void decode(std::span<const record::Message> messages, record::Decoded& decoded);

    /// Reads the table if it is not known, plans, and applies what the plan asks for, until the
    /// plan stands; at most `ddlTries` tries for the table's lock. Sets fates() and rows(). No
    /// transaction may be open. Errors as loadTable and SchemaApplier::apply; RefreshSchema when it
    /// does not settle.
    Result<void> prepare(postgres::Connection& connection, SchemaApplier& applier, int ddlTries);

    /// The table is read again before the next plan.
    void forgetTable();

    [[nodiscard]] const std::string& topic() const { return m_topic; }
    [[nodiscard]] const TableState& table() const { return *m_table; }
    [[nodiscard]] bool isPrepared() const { return m_isPrepared; }
    [[nodiscard]] const record::Decoded& decoded() const { return *m_decoded; }
    [[nodiscard]] std::span<const record::Message> messages() const { return m_messages; }
    [[nodiscard]] const TopicPlan& plan() const { return m_plan; }
    [[nodiscard]] std::vector<Fate>& fates() { return m_fates; }
    [[nodiscard]] bool hasRows() const { return !m_rows.empty(); }
    [[nodiscard]] int takeSchemaChanges() { return std::exchange(m_schemaChanges, 0); }
    /// The rows are those whose fate is Row.
    void collectRows();
    [[nodiscard]] CopyJob copyJob(Generation generation) const;

private:
    Result<void> loadIfUnknown(postgres::Connection& connection, SchemaApplier& applier);
    Result<void> applyPlan(SchemaApplier& applier, int ddlTries);
    void use(TableState table);
    void decideFates();

    std::string m_topic;
    Limits m_limits;
    record::Decoder m_decoder;
    Planner m_planner;
    std::optional<TableState> m_table;
    int m_ddlAttempt = 0; ///< tries that ended in LockTimeout, over batches
    int m_schemaChanges = 0;

    std::span<const record::Message> m_messages;
    record::Decoded* m_decoded = nullptr;
    TopicPlan m_plan;
    std::vector<Fate> m_fates;
    std::vector<std::uint32_t> m_rows;
    bool m_isPrepared = false;
};

} // namespace millrace::landing
