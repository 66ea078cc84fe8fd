// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"

namespace millrace::control {

/// Keys compare bytewise (COLLATE "C"), so that the server's order of locks is std::sort's order.
/// There are no foreign keys: a commit must lock nothing but its own rows.
const std::string_view controlTables1 = R"sql(
CREATE TABLE millrace.topic (
    topic         text COLLATE "C" PRIMARY KEY,
    table_name    text COLLATE "C" UNIQUE,
    table_oid     oid,
    layout        bigint NOT NULL DEFAULT 0,
    contract      text NOT NULL DEFAULT 'evolve' CHECK (contract IN ('evolve', 'freeze', 'strict')),
    naming        text NOT NULL DEFAULT 'snake' CHECK (naming IN ('snake', 'exact')),
    wanted        text NOT NULL DEFAULT 'run' CHECK (wanted IN ('run', 'pause')),
    state         text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'paused', 'halted')),
    reason        text NOT NULL DEFAULT '',
    discovered_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE millrace.generation (
    topic      text COLLATE "C",
    generation integer CHECK (generation > 0),
    cluster_id text NOT NULL DEFAULT '',
    topic_id   text NOT NULL DEFAULT '',
    started_at timestamptz NOT NULL DEFAULT now(),
    reason     text NOT NULL,
    PRIMARY KEY (topic, generation)
);

CREATE TABLE millrace.column_map (
    id            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    topic         text COLLATE "C",
    column_name   text COLLATE "C",
    path          jsonb NOT NULL CHECK (jsonb_typeof(path) = 'array'),
    type          text NOT NULL CHECK (type IN ('boolean', 'bigint', 'double precision', 'numeric',
                                                'timestamptz', 'text', 'jsonb')),
    kinds         smallint NOT NULL DEFAULT 0,
    widenings     smallint NOT NULL DEFAULT 0,
    since         timestamptz NOT NULL DEFAULT clock_timestamp(),
    partition     integer,
    record_offset bigint,
    PRIMARY KEY (topic, column_name)
);
-- A digest, because a key may be longer than an index entry can be.
CREATE UNIQUE INDEX column_map_path ON millrace.column_map
    (topic, type, sha256(decode(replace(path::text, '\', '\\'), 'escape')));

CREATE TABLE millrace.position (
    topic               text COLLATE "C",
    generation          integer CHECK (generation > 0),
    partition           integer CHECK (partition >= 0),
    first_offset        bigint NOT NULL,
    next_offset         bigint NOT NULL,
    last_offset         bigint,
    low_seen            bigint NOT NULL,
    rows                bigint NOT NULL DEFAULT 0 CHECK (rows >= 0),
    dead                bigint NOT NULL DEFAULT 0 CHECK (dead >= 0),
    skipped             bigint NOT NULL DEFAULT 0 CHECK (skipped >= 0),
    gap                 bigint NOT NULL DEFAULT 0 CHECK (gap >= 0),
    holes               bigint NOT NULL DEFAULT 0 CHECK (holes >= 0),
    bytes               bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    fingerprint         bigint,
    first_fingerprint   bigint,
    first_record_offset bigint,
    owner               text NOT NULL DEFAULT '',
    owner_epoch         bigint NOT NULL DEFAULT 0,
    epoch_at_progress   bigint NOT NULL DEFAULT 0,
    state               text NOT NULL DEFAULT 'running'
                        CHECK (state IN ('running', 'paused', 'stopped')),
    reason              text NOT NULL DEFAULT '',
    committed_at        timestamptz,
    PRIMARY KEY (topic, generation, partition),
    CHECK (next_offset >= first_offset)
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 1);

CREATE TABLE millrace.schema_change (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic         text COLLATE "C" NOT NULL,
    table_name    text NOT NULL,
    column_name   text,
    change        text NOT NULL CHECK (change IN ('create_table', 'add_column', 'widen_column',
                                                  'variant_column', 'overflow')),
    before        text,
    after         text,
    ddl           text NOT NULL DEFAULT '',
    duration_ms   double precision NOT NULL DEFAULT 0,
    partition     integer,
    record_offset bigint,
    sample        text NOT NULL DEFAULT '',
    at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX schema_change_topic ON millrace.schema_change (topic, id);

CREATE TABLE millrace.dead_letter (
    topic         text COLLATE "C",
    generation    integer,
    partition     integer,
    record_offset bigint,
    class         text NOT NULL CHECK (class IN ('not_json', 'empty', 'not_utf8',
                      'unrepresentable_text', 'too_deep', 'too_large', 'out_of_range', 'framed',
                      'contract', 'refused_by_database')),
    reason        text NOT NULL,
    column_name   text,
    sqlstate      text,
    key           bytea,
    value         bytea,
    value_size    bigint NOT NULL,
    value_sha256  bytea NOT NULL,
    truncated     boolean NOT NULL DEFAULT false,
    headers       jsonb,
    record_time   timestamptz,
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
    note          text,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, generation, partition, record_offset)
);

CREATE TABLE millrace.gap (
    topic        text COLLATE "C",
    generation   integer,
    partition    integer,
    first_offset bigint,
    last_offset  bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('rows', 'archive')),
    reason       text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    acknowledged boolean NOT NULL DEFAULT false,
    PRIMARY KEY (topic, generation, partition, first_offset, kind),
    CHECK (last_offset >= first_offset)
);

CREATE TABLE millrace.event (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    level        text NOT NULL CHECK (level IN ('info', 'warning', 'alarm')),
    code         text NOT NULL,
    topic        text COLLATE "C",
    generation   integer,
    partition    integer,
    instance     text NOT NULL DEFAULT '',
    text         text NOT NULL,
    acknowledged boolean NOT NULL DEFAULT false
);
CREATE INDEX event_at ON millrace.event (at);

CREATE TABLE millrace.worker (
    instance   text COLLATE "C" PRIMARY KEY,
    host       text NOT NULL,
    version    text NOT NULL,
    process    integer NOT NULL DEFAULT 0,
    started_at timestamptz NOT NULL DEFAULT now(),
    beat_at    timestamptz NOT NULL DEFAULT now(),
    figures    jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE millrace.job (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('replay', 'discard', 'read_record', 'rebuild')),
    wanted       text NOT NULL DEFAULT 'run' CHECK (wanted IN ('run', 'cancel')),
    state        text NOT NULL DEFAULT 'queued'
                 CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    arguments    jsonb NOT NULL DEFAULT '{}',
    result       jsonb,
    payload      bytea CHECK (octet_length(payload) <= 1048576),
    done         bigint NOT NULL DEFAULT 0,
    total        bigint,
    error        text,
    requested_by text NOT NULL DEFAULT session_user,
    claimed_by   text,
    requested_at timestamptz NOT NULL DEFAULT now(),
    beat_at      timestamptz
);
CREATE INDEX job_open ON millrace.job (id) WHERE state IN ('queued', 'running');

CREATE TABLE millrace.raw_segment (
    topic            text COLLATE "C",
    generation       integer,
    partition        integer,
    first_offset     bigint,
    last_offset      bigint NOT NULL,
    last_fingerprint bigint,
    records          bigint NOT NULL,
    bytes            bigint NOT NULL,
    object           text NOT NULL,
    sha256           bytea NOT NULL,
    at               timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, generation, partition, first_offset),
    CHECK (last_offset >= first_offset)
);

-- UPDATE … SET wanted = 'run' starts a halted topic and its stopped partitions again, even where
-- 'run' stood already: a trigger on the column fires whenever it is named.
CREATE FUNCTION millrace.topic_wanted() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.wanted = 'run' THEN
        NEW.state := 'running';
        NEW.reason := '';
        PERFORM 1 FROM millrace.position AS p WHERE p.topic = NEW.topic AND p.state = 'stopped'
            ORDER BY p.generation, p.partition FOR UPDATE;
        UPDATE millrace.position AS p SET state = 'running', reason = 'resumed by a person',
            epoch_at_progress = p.owner_epoch
            WHERE p.topic = NEW.topic AND p.state = 'stopped';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER topic_wanted BEFORE UPDATE OF wanted ON millrace.topic
    FOR EACH ROW EXECUTE FUNCTION millrace.topic_wanted();

CREATE FUNCTION millrace.notify() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM pg_catalog.pg_notify('millrace_' || TG_TABLE_NAME, '');
    RETURN NULL;
END $body$;
CREATE TRIGGER topic_notify AFTER INSERT OR UPDATE OF wanted, contract ON millrace.topic
    FOR EACH ROW EXECUTE FUNCTION millrace.notify();
CREATE TRIGGER job_notify AFTER INSERT OR UPDATE OF wanted ON millrace.job
    FOR EACH ROW EXECUTE FUNCTION millrace.notify();
)sql";

} // namespace millrace::control
