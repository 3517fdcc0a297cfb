-- Growth and what goes with it: partitions of whatever table has them, old events dropped, personal data erased.

-- Personal data -------------------------------------------------------------------------------------------------

-- A customer whose data was erased keeps number and accounts, since sales and books refer to them, and nothing else.
ALTER TABLE customer
    ALTER COLUMN name DROP NOT NULL,
    ADD COLUMN erased_at timestamptz,
    ADD CONSTRAINT erased_holds_nothing CHECK (
        CASE WHEN erased_at IS NULL THEN name IS NOT NULL ELSE num_nonnulls(name, phone, address) = 0 END);

-- Partitions ----------------------------------------------------------------------------------------------------

-- Makes the partitions of some months that are not there yet, of every table that is partitioned by a time or by an id
-- that begins with one; gives back how many it made. A month whose first rows are in the default partition stays there
-- until an administrator moves it (docs/operating/retention.md). Whoever waits for a lock longer than two seconds fails,
-- and tries again later: sales go on meanwhile.
CREATE OR REPLACE FUNCTION make_partitions(first date, months integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = metermint, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    parent text;
    key_type text;
    month timestamp;
    name text;
    low text;
    high text;
    made integer := 0;
BEGIN
    IF months NOT BETWEEN 1 AND 120 THEN
        RAISE EXCEPTION 'months % is outside 1..120', months USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- two servers at once make each of them once
    PERFORM pg_advisory_xact_lock(hashtext('metermint partitions'));
    FOR parent, key_type IN
            SELECT c.relname, format_type(a.atttypid, NULL)
            FROM pg_partitioned_table t
            JOIN pg_class c ON c.oid = t.partrelid
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = t.partattrs[0]
            WHERE c.relnamespace = 'metermint'::regnamespace AND t.partstrat = 'r' ORDER BY c.relname LOOP
        FOR month IN SELECT date_trunc('month', first::timestamp) + n * interval '1 month'
                     FROM generate_series(0, months - 1) AS n LOOP
            name := parent || to_char(month, '_YYYYMM');
            CONTINUE WHEN to_regclass('metermint.' || name) IS NOT NULL;
            IF key_type = 'uuid' THEN
                low := quote_literal(id_at(month AT TIME ZONE 'UTC'));
                high := quote_literal(id_at((month + interval '1 month') AT TIME ZONE 'UTC'));
            ELSE
                low := quote_literal(month AT TIME ZONE 'UTC');
                high := quote_literal((month + interval '1 month') AT TIME ZONE 'UTC');
            END IF;
            BEGIN
                PERFORM make_partition(parent, name, format('FOR VALUES FROM (%s) TO (%s)', low, high));
                made := made + 1;
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'rows of % stand in the default partition of % and stay there', month::date, parent;
            END;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;

-- Events --------------------------------------------------------------------------------------------------------

-- Drops the partitions of events of the months before the given one that every consumer of every utility is past, and
-- gives back their names. A utility that has events and no consumer keeps them, and so does the last month whatever is
-- asked for.
CREATE FUNCTION drop_consumed_events(before date) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = metermint, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    caller_utility text := current_setting('metermint.utility', true);
    partition text;
    low timestamptz;
    high timestamptz;
    owner bigint;
    cursor_xact xid8;
    cursor_seq bigint;
    awaited boolean;
    dropped text[] := '{}';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('metermint partitions'));
    FOR partition IN
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'metermint.outbox'::regclass AND c.relname ~ '^outbox_[0-9]{6}$'
              AND to_date(right(c.relname, 6), 'YYYYMM')
                  < least(before, date_trunc('month', (now() AT TIME ZONE 'UTC') - interval '1 month'))
            ORDER BY c.relname LOOP
        low := to_date(right(partition, 6), 'YYYYMM')::timestamp AT TIME ZONE 'UTC';
        high := (to_date(right(partition, 6), 'YYYYMM')::timestamp + interval '1 month') AT TIME ZONE 'UTC';
        awaited := false;
        FOR owner IN SELECT utility_id FROM utility_directory() LOOP
            PERFORM set_config('metermint.utility', owner::text, true);
            SELECT c.xact, c.seq INTO cursor_xact, cursor_seq FROM outbox_cursor c
            WHERE c.utility_id = owner ORDER BY c.xact, c.seq LIMIT 1;
            -- a place beyond the newest transaction is from before a restore: what it says is not true any more
            awaited := EXISTS (
                SELECT 1 FROM outbox_cursor c
                WHERE c.utility_id = owner AND c.xact > pg_snapshot_xmax(pg_current_snapshot()));
            EXIT WHEN awaited;
            awaited := EXISTS (
                SELECT 1 FROM outbox o WHERE o.utility_id = owner AND o.at >= low AND o.at < high
                  AND (cursor_xact IS NULL OR (o.xact, o.seq) > (cursor_xact, cursor_seq)));
            EXIT WHEN awaited;
        END LOOP;
        IF NOT awaited THEN
            EXECUTE format('DROP TABLE %I', partition);
            dropped := dropped || partition;
        END IF;
    END LOOP;
    PERFORM set_config('metermint.utility', coalesce(caller_utility, ''), true);
    RETURN dropped;
END
$$;

REVOKE ALL ON FUNCTION drop_consumed_events(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_consumed_events(date) TO metermint_server;
