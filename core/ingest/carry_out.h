// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/assignment.h"
#include "core/ingest/generations.h"
#include "core/ingest/tribunal.h"

namespace millrace::ingest {

/// Does what a ruling says: reads on, books a gap, begins a generation, stops a partition or a
/// topic; each with its event. Where a person has let a stopped partition run, what would stop it
/// again begins a generation. One thread.
class CarryOut
{
public:
    CarryOut(postgres::Connection& connection, kafka::Consumer& consumer, Assignment& assignment,
             EventSink& events)
        : m_connection(connection)
        , m_consumer(consumer)
        , m_assignment(assignment)
        , m_events(events)
    {
    }

    /// Errors are those of the connection: forget everything.
    Result<void> ruling(PartitionCursor& cursor, const Tribunal::Ruling& ruling,
                        const ClusterView& view);

private:
    Result<void> bookGap(PartitionCursor& cursor, const Tribunal::Ruling& ruling);
    Result<void> beginAnew(PartitionCursor& cursor, Verdict verdict, const ClusterView& view);
    Result<void> stop(PartitionCursor& cursor, const Tribunal::Ruling& ruling);
    void tell(const PartitionCursor& cursor, const std::string& code, const std::string& text);

    postgres::Connection& m_connection;
    kafka::Consumer& m_consumer;
    Assignment& m_assignment;
    EventSink& m_events;
};

} // namespace millrace::ingest
