// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"

namespace millrace::control {

/// Lag and rates are what live workers (a beat within 10 s) say of themselves: worker.h.
const std::string_view controlViews1 = R"sql(
CREATE VIEW millrace.balance AS
SELECT p.topic, p.generation, p.partition, t.table_name,
       p.first_offset, p.next_offset,
       p.next_offset - p.first_offset AS served,
       p.rows + p.dead + p.skipped + p.gap + p.holes AS accounted,
       p.rows, p.dead, p.skipped, p.gap, p.holes,
       p.next_offset - p.first_offset = p.rows + p.dead + p.skipped + p.gap + p.holes AS balanced
FROM millrace.position AS p LEFT JOIN millrace.topic AS t ON t.topic = p.topic;

CREATE VIEW millrace.topic_status AS
WITH counted AS (
    SELECT b.topic, max(b.generation) AS generation, count(DISTINCT b.partition) AS partitions,
           sum(b.served)::bigint AS served, sum(b.rows)::bigint AS rows,
           sum(b.dead)::bigint AS dead,
           sum(b.skipped)::bigint AS skipped, sum(b.gap)::bigint AS gap,
           sum(b.holes)::bigint AS holes, bool_and(b.balanced) AS balanced
    FROM millrace.balance AS b GROUP BY b.topic
), progress AS (
    SELECT p.topic, max(p.committed_at) AS committed_at, sum(p.bytes)::bigint AS bytes,
           count(*) FILTER (WHERE p.state = 'stopped') AS stopped_partitions
    FROM millrace.position AS p GROUP BY p.topic
), beat AS (
    SELECT w.figures FROM millrace.worker AS w WHERE w.beat_at > now() - interval '10 seconds'
), behind AS (
    SELECT f.topic COLLATE "C" AS topic, sum(f.lag)::bigint AS lag,
           max(f.lag_seconds) AS lag_s
    FROM beat AS w
         CROSS JOIN LATERAL jsonb_to_recordset(
             CASE WHEN jsonb_typeof(w.figures -> 'partitions') = 'array'
                  THEN w.figures -> 'partitions' ELSE '[]' END)
             AS f(topic text, lag bigint, lag_seconds double precision)
    GROUP BY 1
), pace AS (
    SELECT f.topic COLLATE "C" AS topic, sum(f.rate::double precision) AS rows_per_s
    FROM beat AS w
         CROSS JOIN LATERAL jsonb_each_text(
             CASE WHEN jsonb_typeof(w.figures -> 'topics') = 'object'
                  THEN w.figures -> 'topics' ELSE '{}' END) AS f(topic, rate)
    GROUP BY 1
)
SELECT t.topic, t.table_name, t.wanted, t.state, t.reason, t.contract,
       c.generation, coalesce(c.partitions, 0) AS partitions,
       coalesce(g.stopped_partitions, 0) AS stopped_partitions,
       r.rows_per_s, l.lag, l.lag_s,
       coalesce(c.served, 0) AS served, coalesce(c.rows, 0) AS rows, coalesce(c.dead, 0) AS dead,
       coalesce(c.skipped, 0) AS skipped, coalesce(c.gap, 0) AS gap,
       coalesce(c.holes, 0) AS holes, coalesce(g.bytes, 0) AS bytes,
       coalesce(c.balanced, true) AS balanced, g.committed_at, t.discovered_at
FROM millrace.topic AS t
     LEFT JOIN counted AS c ON c.topic = t.topic
     LEFT JOIN progress AS g ON g.topic = t.topic
     LEFT JOIN behind AS l ON l.topic = t.topic
     LEFT JOIN pace AS r ON r.topic = t.topic;
)sql";

} // namespace millrace::control
