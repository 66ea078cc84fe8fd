// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"

namespace millrace::control {

/// All that the role for questions may read of this schema: what each answer tells anyway.
const std::string_view controlViews4 = R"sql(
CREATE VIEW millrace.seen AS
SELECT p.topic, p.generation, p.partition, p.next_offset,
       (SELECT coalesce(max(s.id), 0) FROM millrace.schema_change AS s WHERE s.topic = p.topic)
           AS schema_version
FROM millrace.position AS p
WHERE p.generation = (SELECT max(g.generation) FROM millrace.generation AS g
                      WHERE g.topic = p.topic);
REVOKE ALL ON millrace.seen FROM PUBLIC;
COMMENT ON VIEW millrace.seen IS
    'Up to where each topic stands in its table, of the highest generation: rows of older ones do not change any more';
COMMENT ON COLUMN millrace.seen.topic IS 'Kafka''s name';
COMMENT ON COLUMN millrace.seen.generation IS 'Of the topic, the highest';
COMMENT ON COLUMN millrace.seen.partition IS 'Kafka''s number';
COMMENT ON COLUMN millrace.seen.next_offset IS 'Everything below it is in the table, or accounted for';
COMMENT ON COLUMN millrace.seen.schema_version IS
    'Id of the last line of the topic''s schema history; 0: none';
)sql";

} // namespace millrace::control
