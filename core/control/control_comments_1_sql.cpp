// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"

namespace millrace::control {

const std::string_view controlComments1 = R"sql(
COMMENT ON TABLE millrace.topic IS 'One row a topic: its table, and what is wanted of it';
COMMENT ON COLUMN millrace.topic.table_name IS 'In the data schema; null until the first record';
COMMENT ON COLUMN millrace.topic.table_oid IS 'The table is ours by this oid, not by its name';
COMMENT ON COLUMN millrace.topic.layout IS
    'Raised by every rewrite or swap; viewers restart their paging';
COMMENT ON COLUMN millrace.topic.contract IS
    'evolve, freeze or strict; may be changed by UPDATE at any time';
COMMENT ON COLUMN millrace.topic.naming IS
    'snake folds names to lower snake case, exact keeps them';
COMMENT ON COLUMN millrace.topic.wanted IS
    'run or pause; UPDATE it and workers follow within 2 s. SET wanted = ''run'' also starts '
    'a halted topic again';
COMMENT ON COLUMN millrace.topic.state IS
    'What workers found: running, paused, or halted until a person sets wanted';
COMMENT ON COLUMN millrace.topic.reason IS 'Why it is not running';

COMMENT ON TABLE millrace.generation IS
    'A topic that was deleted and made anew is a new generation; rows stay, labelled by '
    '_generation';
COMMENT ON COLUMN millrace.generation.generation IS 'From 1; the highest is current';
COMMENT ON COLUMN millrace.generation.cluster_id IS 'Of the Kafka cluster; empty where unknown';
COMMENT ON COLUMN millrace.generation.topic_id IS
    'Of the topic; empty where the library does not tell';
COMMENT ON COLUMN millrace.generation.reason IS
    'first, recreated, diverged, demo_restart, accept_cluster';

COMMENT ON TABLE millrace.column_map IS 'Which path of the message stands in which column';
COMMENT ON COLUMN millrace.column_map.id IS 'Order of creation';
COMMENT ON COLUMN millrace.column_map.path IS
    'Keys from the root of the message, as a JSON array of texts; empty: the whole message';
COMMENT ON COLUMN millrace.column_map.kinds IS
    'Bits of the kinds of values seen: 1 bool, 2 int53, 4 int64, 8 double, 16 number, 32 '
    'timestamp, 64 string, 128 json';
COMMENT ON COLUMN millrace.column_map.widenings IS 'How often the type was widened in place';
COMMENT ON COLUMN millrace.column_map.since IS
    'Rows with _ingested before this had no such column yet';
COMMENT ON COLUMN millrace.column_map.partition IS
    'With record_offset: the record that caused it';

COMMENT ON TABLE millrace.position IS
    'How far each partition has come; written in the transaction of the rows. next_offset - '
    'first_offset = rows + dead + skipped + gap + holes';
COMMENT ON COLUMN millrace.position.first_offset IS
    'Low watermark when the partition was first seen; where counting begins';
COMMENT ON COLUMN millrace.position.next_offset IS 'The next offset that is wanted';
COMMENT ON COLUMN millrace.position.last_offset IS
    'Of the last record consumed, not next_offset - 1: markers lie between';
COMMENT ON COLUMN millrace.position.low_seen IS 'Highest low watermark seen';
COMMENT ON COLUMN millrace.position.dead IS 'Dead letters, open and discarded';
COMMENT ON COLUMN millrace.position.skipped IS 'Tombstones';
COMMENT ON COLUMN millrace.position.gap IS
    'Offsets lost upstream before they could be read; see millrace.gap';
COMMENT ON COLUMN millrace.position.holes IS
    'Offsets without a record: compaction, transaction markers, aborted transactions';
COMMENT ON COLUMN millrace.position.bytes IS 'Of keys, values and headers';
COMMENT ON COLUMN millrace.position.fingerprint IS 'XXH3-64 of the record at last_offset';
COMMENT ON COLUMN millrace.position.first_fingerprint IS
    'XXH3-64 of the record at first_record_offset';
COMMENT ON COLUMN millrace.position.first_record_offset IS 'Of the first record ever consumed';
COMMENT ON COLUMN millrace.position.owner IS
    'application_name of the session that reads it: millrace/<instance>/<lane>';
COMMENT ON COLUMN millrace.position.owner_epoch IS
    'Raised by every take-over: the fence against a stopped owner';
COMMENT ON COLUMN millrace.position.epoch_at_progress IS
    'owner_epoch at the last commit; a growing distance is a record that kills workers';
COMMENT ON COLUMN millrace.position.state IS
    'running, paused (tried again by itself), or stopped until a person sets topic.wanted';

COMMENT ON TABLE millrace.schema_change IS
    'Timeline of every table, with the record that caused each change';
COMMENT ON COLUMN millrace.schema_change.before IS
    'Type before; for an overflow the path, as a JSON array';
COMMENT ON COLUMN millrace.schema_change.after IS 'Type afterwards; for an overflow the reason';
COMMENT ON COLUMN millrace.schema_change.ddl IS 'The statement that was run';
COMMENT ON COLUMN millrace.schema_change.record_offset IS
    'With partition: the first record that made it necessary';
COMMENT ON COLUMN millrace.schema_change.sample IS
    'The value as it was written, at most 200 bytes';

COMMENT ON TABLE millrace.dead_letter IS
    'Records that could not become rows, verbatim, with the reason';
COMMENT ON COLUMN millrace.dead_letter.record_offset IS 'In the partition of the topic';
COMMENT ON COLUMN millrace.dead_letter.class IS 'Closed list of reasons';
COMMENT ON COLUMN millrace.dead_letter.reason IS 'One sentence for a person';
COMMENT ON COLUMN millrace.dead_letter.column_name IS 'Where it would have gone, if known';
COMMENT ON COLUMN millrace.dead_letter.sqlstate IS 'Of the server, when the database refused it';
COMMENT ON COLUMN millrace.dead_letter.value IS 'The original bytes, cut when truncated';
COMMENT ON COLUMN millrace.dead_letter.value_size IS
    'Of the whole value, in bytes; 0 for a null value too';
COMMENT ON COLUMN millrace.dead_letter.value_sha256 IS 'Of the whole value';
COMMENT ON COLUMN millrace.dead_letter.headers IS 'Array of [name, base64 or null] pairs';
COMMENT ON COLUMN millrace.dead_letter.record_time IS 'Timestamp of the record';
COMMENT ON COLUMN millrace.dead_letter.note IS 'Why it was discarded';

COMMENT ON TABLE millrace.gap IS
    'Ranges that were lost upstream before they could be read; each raised an alarm';
COMMENT ON COLUMN millrace.gap.last_offset IS 'Inclusive';
COMMENT ON COLUMN millrace.gap.kind IS
    'rows: missing in the table; archive: missing in the raw layer';
COMMENT ON COLUMN millrace.gap.acknowledged IS 'Set by a person';

COMMENT ON TABLE millrace.event IS 'What happened and is worth telling; kept for 30 days';
COMMENT ON COLUMN millrace.event.level IS 'info, warning or alarm';
COMMENT ON COLUMN millrace.event.code IS 'Stable name in snake case';
COMMENT ON COLUMN millrace.event.acknowledged IS 'Set by a person';

COMMENT ON TABLE millrace.worker IS 'One row a worker, written once a second';
COMMENT ON COLUMN millrace.worker.process IS 'Process id on the host';
COMMENT ON COLUMN millrace.worker.beat_at IS 'Older than 10 s: the worker is not alive';
COMMENT ON COLUMN millrace.worker.figures IS
    'Live figures: "topics" has rows a second by topic, "partitions" topic, partition, lag '
    '(records) and lag_seconds of those most behind';

COMMENT ON TABLE millrace.job IS 'Work that is asked of workers by INSERT; kept for 7 days';
COMMENT ON COLUMN millrace.job.kind IS 'replay, discard, read_record, rebuild';
COMMENT ON COLUMN millrace.job.wanted IS 'run or cancel';
COMMENT ON COLUMN millrace.job.arguments IS
    'replay, discard: {"topic", "class"?, "partition"?, "offsets"?, "reason"?}; read_record: '
    '{"topic", "generation", "partition", "offset"}';
COMMENT ON COLUMN millrace.job.payload IS
    'The original bytes of a record that was read, at most 1 MiB';
COMMENT ON COLUMN millrace.job.claimed_by IS 'Instance of the worker';
COMMENT ON COLUMN millrace.job.beat_at IS
    'A running job without a beat for 30 s is claimed by another worker';

COMMENT ON TABLE millrace.raw_segment IS
    'Manifest of the raw layer: each row a contiguous range of a partition, holes included';
COMMENT ON COLUMN millrace.raw_segment.object IS 'Name in the archive';
COMMENT ON COLUMN millrace.raw_segment.sha256 IS 'Of the object';

COMMENT ON TABLE millrace.migration IS 'Versions of this schema that were applied';

COMMENT ON VIEW millrace.balance IS
    'Both sides of the promise, a partition: served = accounted, or something is wrong';
COMMENT ON VIEW millrace.topic_status IS
    'One line a topic over all its generations; rows_per_s, lag (records) and lag_s (seconds) '
    'come from workers that are alive, null without one';
)sql";

} // namespace millrace::control
