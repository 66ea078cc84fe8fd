-- What analysts write, one a line. Tables are those of shop.cpp.
SELECT count(*) FROM orders
select count(*), created_at::date from orders group by 2
SELECT * FROM orders LIMIT 100
SELECT status, count(*) FROM orders GROUP BY status ORDER BY count(*) DESC
SELECT status, count(*) AS n FROM orders GROUP BY 1 ORDER BY n DESC LIMIT 10
SELECT DISTINCT status FROM orders ORDER BY status
SELECT DISTINCT ON (customer_id) customer_id, created_at, amount FROM orders ORDER BY customer_id, created_at DESC
SELECT count(DISTINCT customer_id) FROM orders WHERE created_at >= '2024-01-01'
SELECT sum(amount), avg(amount), min(amount), max(amount) FROM orders
SELECT round(avg(amount), 2) AS mean FROM orders WHERE amount > 0
SELECT date_trunc('day', created_at) AS day, sum(amount) AS revenue FROM orders GROUP BY day ORDER BY day
SELECT date_trunc('week', created_at AT TIME ZONE 'Europe/Berlin') AS week, count(*) FROM orders GROUP BY 1
SELECT date_bin('15 minutes', created_at, '2024-01-01') AS slot, count(*) FROM orders GROUP BY slot
SELECT extract(hour FROM created_at) AS hour, count(*) FROM orders GROUP BY hour ORDER BY hour
SELECT extract(dow FROM created_at) AS weekday, avg(amount) FROM orders GROUP BY 1 HAVING count(*) > 10
SELECT to_char(created_at, 'YYYY-MM') AS month, count(*) FROM orders GROUP BY 1 ORDER BY 1
SELECT created_at::date AS day, count(*) FILTER (WHERE status = 'paid') AS paid, count(*) AS all_orders FROM orders GROUP BY 1
SELECT o.status, c.tier, count(*) FROM orders o JOIN customers c ON c.customer_id = o.customer_id GROUP BY 1, 2
SELECT o.status, c.tier FROM orders AS o LEFT JOIN customers AS c USING (customer_id)
SELECT c.name, sum(o.amount) AS total FROM customers c JOIN orders o ON o.customer_id = c.customer_id GROUP BY c.name ORDER BY total DESC LIMIT 20
SELECT c.country, count(*) FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.customer_id) GROUP BY c.country
SELECT * FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)
SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.customer_id)
WITH daily AS (SELECT created_at::date AS day, sum(amount) AS revenue FROM orders GROUP BY 1) SELECT day, revenue, avg(revenue) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week FROM daily ORDER BY day
WITH firsts AS (SELECT customer_id, min(created_at) AS first_at FROM orders GROUP BY customer_id) SELECT date_trunc('month', first_at) AS cohort, count(*) FROM firsts GROUP BY 1
WITH a AS (SELECT * FROM orders WHERE status = 'paid'), b AS (SELECT customer_id, sum(amount) AS total FROM a GROUP BY 1) SELECT * FROM b WHERE total > 100
SELECT customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at) AS nth FROM orders
SELECT customer_id, created_at - lag(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS gap FROM orders
SELECT city, amount, rank() OVER (PARTITION BY city ORDER BY amount DESC) AS place FROM orders
SELECT city, amount, dense_rank() OVER w AS place FROM orders WINDOW w AS (PARTITION BY city ORDER BY amount DESC)
SELECT day, revenue, sum(revenue) OVER (ORDER BY day) AS running FROM (SELECT created_at::date AS day, sum(amount) AS revenue FROM orders GROUP BY 1) d
SELECT city, sum(amount) / sum(sum(amount)) OVER () AS share FROM orders GROUP BY city
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS median FROM orders
SELECT percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY amount) FROM orders
SELECT mode() WITHIN GROUP (ORDER BY status) FROM orders
SELECT stddev(amount), variance(amount), stddev_pop(amount) FROM orders
SELECT corr(amount, tax), regr_slope(amount, tax), regr_r2(amount, tax) FROM orders
SELECT width_bucket(amount, 0, 1000, 20) AS bucket, count(*) FROM orders GROUP BY bucket ORDER BY bucket
SELECT floor(amount / 10) * 10 AS bin, count(*) FROM orders GROUP BY bin ORDER BY bin
SELECT CASE WHEN amount < 10 THEN 'small' WHEN amount < 100 THEN 'medium' ELSE 'large' END AS size, count(*) FROM orders GROUP BY 1
SELECT CASE status WHEN 'paid' THEN 1 ELSE 0 END AS flag FROM orders
SELECT coalesce(city, 'unknown') AS place, count(*) FROM orders GROUP BY place
SELECT nullif(city, '') FROM orders
SELECT greatest(amount, tax), least(amount, tax) FROM orders
SELECT amount * 100 / nullif(tax, 0) AS percent FROM orders
SELECT amount::numeric(12, 2), tax::float8, customer_id::text FROM orders
SELECT CAST(amount AS bigint) FROM orders
SELECT upper(city), lower(status), initcap(city), length(city) FROM orders
SELECT left(city, 3), right(city, 2), substring(city FROM 2 FOR 3), split_part(city, ' ', 1) FROM orders
SELECT trim(city), replace(city, ' ', '-'), reverse(city) FROM orders
SELECT concat(city, ', ', status) FROM orders
SELECT city || ' / ' || status AS label FROM orders
SELECT * FROM orders WHERE city ILIKE '%burg%'
SELECT * FROM orders WHERE city LIKE 'B_rlin%' ESCAPE '!'
SELECT * FROM orders WHERE city ~ '^[A-M]'
SELECT * FROM orders WHERE city ~* 'berlin|hamburg' AND status !~ 'x'
SELECT * FROM orders WHERE city SIMILAR TO '(B|H)%'
SELECT regexp_replace(city, '[^a-z]', '', 'g') FROM orders
SELECT * FROM orders WHERE status IN ('paid', 'sent') AND amount BETWEEN 10 AND 100
SELECT * FROM orders WHERE status = ANY (ARRAY['paid', 'sent'])
SELECT * FROM orders WHERE city IS NULL OR city = ''
SELECT * FROM orders WHERE city IS DISTINCT FROM 'Berlin'
SELECT * FROM orders WHERE is_gift
SELECT * FROM orders WHERE is_gift IS NOT TRUE
SELECT avg(is_gift::int) AS share FROM orders
SELECT bool_or(is_gift), bool_and(is_gift), every(is_gift) FROM orders
SELECT * FROM orders WHERE created_at > now() - interval '1 day'
SELECT * FROM orders WHERE created_at >= current_date
SELECT * FROM orders WHERE created_at >= current_timestamp - interval '90 minutes'
SELECT age(max(created_at), min(created_at)) FROM orders
SELECT max(created_at) - min(created_at) AS span FROM orders
SELECT * FROM orders WHERE created_at::date = DATE '2024-02-29'
SELECT * FROM orders WHERE (created_at, order_id) > ('2024-01-01', 'a') ORDER BY created_at, order_id LIMIT 50
SELECT make_date(2024, 1, 1), make_interval(0, 0, 0, 3)
SELECT items->0->>'sku' AS sku, count(*) FROM orders GROUP BY 1
SELECT items #>> '{0,sku}' FROM orders
SELECT * FROM orders WHERE items @> '[{"sku": "a"}]'
SELECT * FROM orders WHERE items ? 'a'
SELECT jsonb_array_length(items) FROM orders WHERE jsonb_typeof(items) = 'array'
SELECT o.order_id, i.value->>'sku' AS sku FROM orders o, jsonb_array_elements(o.items) AS i
SELECT o.order_id, i->>'sku' AS sku FROM orders o CROSS JOIN LATERAL jsonb_array_elements(o.items) AS i
SELECT (i->>'price')::numeric FROM orders, jsonb_array_elements(items) i
SELECT _more->>'note', _headers->>'source' FROM orders
SELECT jsonb_build_object('city', city, 'n', count(*)) FROM orders GROUP BY city
SELECT array_agg(DISTINCT status ORDER BY status) FROM orders
SELECT string_agg(DISTINCT city, ', ' ORDER BY city) FROM orders
SELECT unnest(ARRAY[1, 2, 3]) AS n
SELECT s.day::date, count(o.order_id) FROM generate_series('2024-01-01'::date, '2024-01-31'::date, '1 day') AS s(day) LEFT JOIN orders o ON o.created_at::date = s.day::date GROUP BY 1 ORDER BY 1
SELECT n FROM generate_series(1, 10) AS n
SELECT status FROM orders UNION SELECT tier FROM customers
SELECT customer_id FROM orders INTERSECT SELECT customer_id FROM customers
SELECT customer_id FROM customers EXCEPT SELECT customer_id FROM orders
SELECT 'orders' AS what, count(*) FROM orders UNION ALL SELECT 'customers', count(*) FROM customers
SELECT city, status, sum(amount) FROM orders GROUP BY ROLLUP (city, status)
SELECT city, status, sum(amount), grouping(city) FROM orders GROUP BY GROUPING SETS ((city), (status), ())
SELECT city, platform, count(*) FROM orders GROUP BY CUBE (city, platform)
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, name)
SELECT o.* FROM orders o ORDER BY o._time DESC NULLS LAST OFFSET 100 LIMIT 50
SELECT * FROM orders ORDER BY _time DESC FETCH FIRST 5 ROWS ONLY
SELECT _partition, max(_offset) FROM orders GROUP BY _partition
SELECT max(_ingested - _time) AS lateness FROM orders
SELECT * FROM public.orders LIMIT 1
SELECT "orders"."status" FROM "orders"
SELECT t.s FROM (SELECT status AS s FROM orders) t
SELECT x.n, y.n FROM (SELECT count(*) AS n FROM orders) x, (SELECT count(*) AS n FROM customers) y
SELECT (SELECT count(*) FROM customers) AS customers, (SELECT count(*) FROM orders) AS orders
SELECT ntile(4) OVER (ORDER BY amount) AS quartile, amount FROM orders
SELECT first_value(amount) OVER (PARTITION BY customer_id ORDER BY created_at) FROM orders
SELECT sqrt(abs(amount)), ln(amount + 1), power(amount, 2), amount % 7 FROM orders WHERE amount > 0
SELECT customer_id, count(*) FROM orders GROUP BY customer_id HAVING sum(amount) > (SELECT avg(amount) FROM orders)
SELECT order_id FROM orders ORDER BY random() LIMIT 10
SELECT md5(order_id) FROM orders
SELECT to_timestamp(1700000000), to_date('2024-01-31', 'YYYY-MM-DD')
TABLE orders
SELECT order_id, amount FROM orders WHERE amount = (SELECT max(amount) FROM orders);
SELECT acos(sin(radians(lat)) * sin(radians(52.5)) + cos(radians(lat)) * cos(radians(52.5))) FROM orders
SELECT o.order_id, to_jsonb(o) FROM orders o LIMIT 10
SELECT c.customer_id FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id WHERE o.order_id IS NULL
SELECT c.name, last.amount FROM customers c LEFT JOIN LATERAL (SELECT o.amount FROM orders o WHERE o.customer_id = c.customer_id ORDER BY o.created_at DESC LIMIT 1) last ON true
WITH paid AS (SELECT * FROM orders WHERE status = 'paid') SELECT p.city, count(*) FROM paid p JOIN customers USING (customer_id) GROUP BY p.city
WITH days (day, n) AS (SELECT created_at::date, count(*) FROM orders GROUP BY 1) SELECT day, n, n - lag(n) OVER (ORDER BY day) AS change FROM days
SELECT s.date_trunc, s.count FROM (SELECT date_trunc('hour', created_at), count(*) FROM orders GROUP BY 1) s
SELECT substring(city FROM '^[A-Z]') AS letter, count(*) FROM orders GROUP BY letter
SELECT substring(city FROM 2 FOR length(city) - 2) FROM orders
SELECT o.city, t.n FROM orders o JOIN (SELECT city, count(*) AS n FROM orders GROUP BY city HAVING count(*) > 5) t USING (city)
SELECT status FROM orders UNION ALL SELECT tier FROM customers ORDER BY status LIMIT 10
SELECT e.key, count(*) FROM orders o, jsonb_each(o._more) e GROUP BY e.key ORDER BY 2 DESC
SELECT k, count(*) FROM orders, jsonb_object_keys(_more) AS k GROUP BY k
SELECT u.nr, u.tag FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS u (tag, nr)
SELECT a.customer_id, b.order_id FROM orders a JOIN orders b ON b.customer_id = a.customer_id AND b.created_at > a.created_at
SELECT city, status, count(*) AS n FROM orders GROUP BY city, status ORDER BY city, n DESC
