// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"

namespace millrace::control {

/// All that the role for questions may read of this schema: what each answer tells anyway.
const std::string_view controlViews4 = R"sql(
CREATE VIEW millrace.seen AS
SELECT t.topic, v.version AS schema_version, t.table_oid, c.xmin::text AS table_mark,
       p.generation, p.partition, p.next_offset, p.rows, p.dead,
       p.generation = g.generation AS is_current
FROM millrace.topic AS t
CROSS JOIN LATERAL (SELECT coalesce(max(s.id), 0) AS version FROM millrace.schema_change AS s
                    WHERE s.topic = t.topic) AS v
CROSS JOIN LATERAL (SELECT max(n.generation) AS generation FROM millrace.generation AS n
                    WHERE n.topic = t.topic) AS g
LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.table_oid
LEFT JOIN millrace.position AS p ON p.topic = t.topic;
REVOKE ALL ON millrace.seen FROM PUBLIC;
COMMENT ON VIEW millrace.seen IS
    'Where each topic stands in its table; what changes the rows changes a line here';
COMMENT ON COLUMN millrace.seen.topic IS 'Kafka''s name';
COMMENT ON COLUMN millrace.seen.schema_version IS
    'Id of the last line of the topic''s schema history; 0: none';
COMMENT ON COLUMN millrace.seen.table_oid IS 'Of the topic''s table';
COMMENT ON COLUMN millrace.seen.table_mark IS
    'Changes with the table''s rights, columns and storage';
COMMENT ON COLUMN millrace.seen.generation IS 'Of the topic; NULL: nothing was read yet';
COMMENT ON COLUMN millrace.seen.partition IS 'Kafka''s number';
COMMENT ON COLUMN millrace.seen.next_offset IS
    'Everything below it is in the table, or accounted for';
COMMENT ON COLUMN millrace.seen.rows IS 'Rows that it has made';
COMMENT ON COLUMN millrace.seen.dead IS 'Dead letters';
COMMENT ON COLUMN millrace.seen.is_current IS
    'The highest generation; rows of older ones come from replayed dead letters alone';
)sql";

} // namespace millrace::control
