-- Statements that must be refused by the parser alone, one a line, under the ways around a SELECT
-- gate that are known. Tables are those of shop.cpp.
-- # second statements, comments, encodings
SELECT 1; SELECT 2
SELECT 1; DROP TABLE orders
SELECT 1;; COMMIT; DELETE FROM orders
COMMIT; SELECT 1
SELECT 1 /* ; */ ; TRUNCATE orders
SELECT $$;$$; DELETE FROM orders
SELECT /* /* nested */ */ 1; ROLLBACK
SELECT E'\'; ', 1; DELETE FROM orders --'
SELECT U&'\0061' UESCAPE '\'; ROLLBACK
BEGIN
ABORT
END; SELECT 1
SAVEPOINT a
SELECT $0
SELECT $1
-- # statements that write
INSERT INTO orders (order_id) VALUES ('1')
UPDATE orders SET amount = 0
DELETE FROM orders
MERGE INTO orders o USING customers c ON o.customer_id = c.customer_id WHEN MATCHED THEN DELETE
TRUNCATE orders
DROP TABLE orders
CREATE TABLE t AS SELECT * FROM orders
SELECT * INTO t FROM orders
SELECT * INTO TEMP t FROM orders
WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x
WITH x AS (INSERT INTO orders (order_id) VALUES ('1') RETURNING *) SELECT count(*) FROM x
WITH x AS (UPDATE orders SET amount = 0 RETURNING *) SELECT count(*) FROM x
SELECT * FROM orders FOR UPDATE
SELECT * FROM orders FOR SHARE
SELECT * FROM orders FOR KEY SHARE SKIP LOCKED
EXPLAIN SELECT 1
EXPLAIN ANALYZE DELETE FROM orders
PREPARE p AS DELETE FROM orders
EXECUTE p
DEALLOCATE ALL
DO $$ BEGIN DELETE FROM orders; END $$
CALL p()
COPY orders TO STDOUT
COPY orders FROM PROGRAM 'id'
COPY (SELECT 1) TO PROGRAM 'sh -c id'
COPY orders TO '/tmp/orders'
LISTEN a
NOTIFY a
UNLISTEN *
SET search_path = evil
SET ROLE postgres
SET SESSION AUTHORIZATION postgres
SET TRANSACTION READ WRITE
RESET ALL
DISCARD ALL
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM orders
FETCH ALL FROM c
LOCK TABLE orders
VACUUM orders
ANALYZE orders
REINDEX TABLE orders
CLUSTER orders
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'
CREATE EXTENSION dblink
CREATE VIEW v AS SELECT * FROM orders
ALTER ROLE millrace_query SUPERUSER
GRANT ALL ON orders TO PUBLIC
REFRESH MATERIALIZED VIEW v
COMMENT ON TABLE orders IS 'x'
TABLE orders; DROP TABLE orders
-- # files
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_binary_file('/etc/passwd')
SELECT * FROM pg_ls_dir('/')
SELECT pg_ls_logdir()
SELECT pg_ls_waldir()
SELECT pg_ls_tmpdir()
SELECT pg_stat_file('/etc/passwd')
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT pg_current_logfile()
SELECT pg_file_write('/tmp/x', 'x', false)
SELECT pg_catalog.pg_read_file('/etc/passwd')
-- # network
SELECT dblink('host=evil', 'select 1')
SELECT * FROM dblink('host=evil', 'select 1') AS t(a int)
SELECT dblink_connect('host=evil')
SELECT dblink_send_query('c', 'x')
SELECT xmlparse(document '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
SELECT '<a/>'::xml
SELECT XMLELEMENT(name a, status) FROM orders
SELECT XMLSERIALIZE(content '<a/>' AS text)
SELECT * FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS b text)
-- # functions that run SQL given as text
SELECT query_to_xml('delete from orders', true, true, '')
SELECT query_to_xmlschema('select 1', true, true, '')
SELECT query_to_xml_and_xmlschema('select 1', true, true, '')
SELECT cursor_to_xml('c', 1, true, true, '')
SELECT table_to_xml('orders', true, true, '')
SELECT schema_to_xml('public', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT pg_catalog.query_to_xml('select 1', true, true, '')
SELECT "query_to_xml"('select 1', true, true, '')
SELECT ts_stat('select 1')
SELECT ts_rewrite('a'::tsquery, 'select 1')
SELECT * FROM crosstab('select 1') AS t(a int)
SELECT * FROM connectby('orders', 'a', 'b', 'c', 1) AS t(a int)
SELECT xpath_table('a', 'b', 'orders', '/', 'true')
SELECT plpgsql_call_handler()
-- # state
SELECT set_config('role', 'postgres', false)
SELECT set_config('transaction_read_only', 'off', false)
SELECT pg_catalog.set_config('search_path', 'evil', true)
SELECT nextval('s')
SELECT setval('s', 1)
SELECT currval('s')
SELECT pg_notify('a', 'b')
SELECT pg_advisory_lock(1)
SELECT pg_try_advisory_lock(1)
SELECT pg_advisory_xact_lock_shared(1, 2)
SELECT pg_advisory_unlock_all()
SELECT lo_creat(-1)
SELECT lo_create(0)
SELECT lo_unlink(1)
SELECT lowrite(0, '')
SELECT lo_from_bytea(0, '')
SELECT lo_put(1, 0, '')
SELECT pg_logical_emit_message(false, 'a', 'b')
SELECT pg_create_physical_replication_slot('a')
SELECT pg_create_logical_replication_slot('a', 'test_decoding')
SELECT pg_drop_replication_slot('a')
SELECT pg_replication_origin_create('a')
SELECT txid_current()
SELECT pg_current_xact_id()
SELECT pg_export_snapshot()
SELECT pg_stat_reset()
SELECT pg_stat_statements_reset()
SELECT pg_import_system_collations('public')
SELECT pg_extension_config_dump('t', '')
-- # other processes
SELECT pg_terminate_backend(1)
SELECT pg_cancel_backend(1)
SELECT pg_reload_conf()
SELECT pg_rotate_logfile()
SELECT pg_switch_wal()
SELECT pg_promote()
SELECT pg_backup_start('a')
SELECT pg_create_restore_point('a')
SELECT pg_wal_replay_pause()
SELECT pg_log_backend_memory_contexts(1)
-- # time and size
SELECT pg_sleep(1000)
SELECT pg_sleep_for('1 day')
SELECT pg_sleep_until('2100-01-01')
SELECT (SELECT pg_sleep(9)) FROM orders
SELECT count(*) FROM generate_series(1, 1000000000000)
SELECT count(*) FROM generate_series(1, (SELECT count(*) FROM orders))
SELECT generate_series(1, 10)
SELECT count(*) FROM generate_series(1, 100000, 0)
SELECT count(*) FROM generate_series(1, 100000, 0.0001)
SELECT count(*) FROM generate_series('2000-01-01'::timestamptz, '2100-01-01', '1 second')
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r
SELECT repeat('x', 1000000000)
SELECT lpad('x', 1000000000)
SELECT rpad(status, (SELECT 1000000000)) FROM orders
SELECT format('%1000000000s', 'x')
SELECT status ~ repeat('(a+)+', 100) FROM orders
SELECT status ~ city FROM orders
SELECT regexp_replace(status, city, 'x') FROM orders
SELECT regexp_matches(status, status) FROM orders
SELECT 10 ^ 1000000
SELECT power(10, 131071)
SELECT power(power(power(9, 64), 64), 64)
SELECT factorial(100000)
SELECT 1e1000000
SELECT array_fill(1, ARRAY[1000000, 1000000])
SELECT count(*) FROM orders a, orders b, orders c, orders d, orders e, orders f, orders g, orders h, orders i
SELECT count(*) FROM orders GROUP BY CUBE (order_id, customer_id, product_id, created_at, status, amount, tax, city)
SELECT gen_random_bytes(1000000000)
SELECT exp(100000::numeric)
SELECT count(*) FROM generate_series('2024-01-01 BC'::timestamp, '2024-01-01', '1 second')
SELECT city SIMILAR TO status FROM orders
SELECT substring(city FROM status) FROM orders
SELECT substring(city SIMILAR status ESCAPE '#') FROM orders
SELECT city ~ ANY (SELECT status FROM orders) FROM orders
SELECT 10 ^ ANY (SELECT amount FROM orders)
DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$
SELECT translate(repeat('a', 30000), repeat('b', 60000), '')
SELECT length(translate(a, b, '')) FROM (SELECT string_agg('x', '') AS a, string_agg('y', '') AS b FROM generate_series(1, 30000) AS g) s
SELECT strpos(a || a, 'q' || a) FROM (SELECT string_agg('x', '') AS a FROM generate_series(1, 60000) AS g) s
SELECT a || a LIKE '%' || a || 'q' FROM (SELECT string_agg('x', '') AS a FROM generate_series(1, 30000) AS g) s
SELECT btrim(a, b || 'x') FROM (SELECT string_agg('x', '') AS a, string_agg('y', '') AS b FROM generate_series(1, 30000) AS g) s
SELECT a && b FROM (SELECT array_agg(g) AS a, array_agg(-g) AS b FROM generate_series(1, 20000) AS g) s
SELECT a @> a FROM (SELECT array_agg(g) AS a FROM generate_series(1, 20000) AS g) s
SELECT a @> a FROM (SELECT jsonb_agg(g) AS a FROM generate_series(1, 10000) AS g) s
SELECT a ?| b FROM (SELECT jsonb_agg(g::text) AS a, array_agg((-g)::text) AS b FROM generate_series(1, 10000) AS g) s
SELECT split_part(a || a, 'q' || a, 1) FROM (SELECT string_agg('x', '') AS a FROM generate_series(1, 60000) AS g) s
SELECT string_to_array(a || a, 'q' || a) FROM (SELECT string_agg('x', '') AS a FROM generate_series(1, 60000) AS g) s
SELECT replace(a || a, 'q' || a, '') FROM (SELECT string_agg('x', '') AS a FROM generate_series(1, 60000) AS g) s
SELECT status LIKE city FROM orders
SELECT count(*) FROM orders a JOIN orders b ON a.items @> b.items
-- # information
SELECT * FROM pg_stat_activity
SELECT * FROM pg_catalog.pg_authid
SELECT * FROM pg_settings
SELECT * FROM pg_roles
SELECT * FROM pg_hba_file_rules
SELECT * FROM pg_class
SELECT * FROM information_schema.tables
SELECT * FROM millrace.topic
SELECT * FROM millrace.query_role
SELECT * FROM internal_state
SELECT current_setting('data_directory')
SELECT current_user
SELECT session_user
SELECT user
SELECT current_role
SELECT current_catalog
SELECT current_schema
SELECT current_database()
SELECT version()
SELECT inet_server_addr()
SELECT inet_client_addr()
SELECT pg_postmaster_start_time()
SELECT pg_backend_pid()
SELECT has_table_privilege('orders', 'SELECT')
SELECT pg_get_viewdef('v')
SELECT pg_get_functiondef(1)
SELECT obj_description(1)
SELECT pg_relation_size('orders')
SELECT to_regclass('millrace.topic')
SELECT 'millrace.topic'::regclass
SELECT 'postgres'::regrole
SELECT 1::oid::regproc
SELECT tableoid FROM orders
SELECT ctid FROM orders
SELECT xmin FROM orders
-- # resolution of names
SELECT evil.count(*) FROM orders
SELECT public.now()
SELECT 1 OPERATOR(public.+) 1
SELECT 1 OPERATOR(pg_catalog.+) 1
SELECT 1 === 1
SELECT status::public.evil FROM orders
SELECT CAST(status AS evil) FROM orders
SELECT '(1)'::orders
SELECT ROW(1)::orders
SELECT o.query_to_xml FROM orders o
SELECT o.pg_typeof FROM orders o
SELECT o.evil FROM orders o, (SELECT 1 AS evil) z
SELECT (o).evil FROM orders o
SELECT (SELECT o FROM orders o LIMIT 1).evil
SELECT orders.evil FROM orders
SELECT public.orders.status FROM orders
SELECT db.public.orders.status FROM orders
SELECT * FROM db.public.orders
SELECT * FROM ONLY orders
SELECT status COLLATE "de_DE" FROM orders
SELECT count(status => 1) FROM orders
SELECT concat(VARIADIC ARRAY['a', 'b'])
SELECT pg_typeof(1)
SELECT o.evil AS evil FROM orders o
SELECT o::text FROM orders o
SELECT (o.*)::text FROM orders o
SELECT o.* = o.* FROM orders o
SELECT lower(o) FROM orders o
SELECT array_agg(o) FROM orders o
SELECT o.s FROM orders o, (SELECT 1 AS s) o2
SELECT (SELECT 1 FROM customers o, orders a JOIN orders b ON o.tier = '') FROM orders o
SELECT (SELECT 1 FROM customers o, (SELECT o.tier) s) FROM orders o
SELECT s.customer_id FROM (SELECT * FROM orders JOIN customers USING (customer_id)) AS s (a)
SELECT s.evil FROM (SELECT city FROM orders) s, (SELECT 1 AS evil) t
WITH w AS (SELECT 1 AS evil) SELECT orders.evil FROM orders, w
SELECT i.evil FROM orders o, jsonb_array_elements(o.items) AS i
SELECT * FROM orders NATURAL JOIN customers
-- # sampling and table functions
SELECT * FROM orders TABLESAMPLE SYSTEM (1)
SELECT * FROM orders TABLESAMPLE evil (1)
SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(1, 2)) AS t(a, b)
SELECT * FROM json_to_recordset('[]') AS t(a int)
SELECT * FROM jsonb_to_record('{}') AS t(a int)
SELECT * FROM json_populate_recordset(NULL::orders, '[]')
SELECT * FROM pg_show_all_settings()
SELECT * FROM evil()
SELECT * FROM LATERAL pg_sleep(1)
SELECT * FROM abs(1)
SELECT * FROM orders WHERE CURRENT OF c
-- # what a session keeps
CREATE TEMP TABLE t (a int)
SELECT set_config('application_name', 'x', false)
SELECT pg_advisory_lock_shared(1)
SELECT setseed(0.5)
ALTER SYSTEM SET work_mem = '1GB'
