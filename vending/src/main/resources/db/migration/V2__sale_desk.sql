-- The sale desk in batches: big tables partitioned by month, a journal entry as one row, float, outbox.
--
-- What every sale writes has no foreign key and no trigger by row: each would cost more than the row itself. Such
-- references are made in one transaction with what they point to, nothing there is ever deleted, and the proof of the
-- books looks at every one of them (docs/decisions/0006-no-foreign-keys-on-the-path-of-a-sale.md).

-- Registers -----------------------------------------------------------------------------------------------------

-- revision rises with everything that pricing looks at, so that what is kept in memory can be known to be current.
-- books_closed_before: no entry below this id may be written any more.
ALTER TABLE utility
    ADD COLUMN revision bigint NOT NULL DEFAULT 1,
    ADD COLUMN books_closed_before uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

CREATE FUNCTION raise_revision() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END
$$;

CREATE FUNCTION touch_utility() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    UPDATE utility SET revision = revision WHERE utility_id = current_utility();
    RETURN NULL;
END
$$;

CREATE TRIGGER revision BEFORE UPDATE ON utility FOR EACH ROW EXECUTE FUNCTION raise_revision();
CREATE TRIGGER revision AFTER INSERT OR UPDATE ON tariff_version
    FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();
CREATE TRIGGER revision AFTER INSERT OR UPDATE ON supply_group
    FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();

-- What a meter takes as credit: units of what it measures, or money that it prices itself.
ALTER TABLE meter ADD COLUMN credit text NOT NULL DEFAULT 'UNITS' CHECK (credit IN ('UNITS', 'CURRENCY'));

-- balance: what the vendor has paid in and not sold yet, in minor units. credit_line: how far below zero it may fall;
-- none at all for the utility's own counters. Every sale of a vendor changes this row, so it leaves room for that.
ALTER TABLE vendor
    ADD COLUMN balance bigint NOT NULL DEFAULT 0,
    ADD COLUMN credit_line bigint CHECK (credit_line >= 0),
    ADD CONSTRAINT float_holds CHECK (credit_line IS NULL OR balance + credit_line >= 0),
    SET (fillfactor = 50);

-- Sales ---------------------------------------------------------------------------------------------------------

-- The lowest id (RFC 9562, version 7) of an instant: ids of later instants are greater.
CREATE FUNCTION id_at(at timestamptz) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

ALTER TABLE sale RENAME TO sale_before;
ALTER TABLE sale_outcome RENAME TO sale_outcome_before;
ALTER TABLE journal_entry RENAME TO journal_entry_before;
ALTER TABLE posting RENAME TO posting_before;

-- What was reserved: all that the security module is asked for, and all that pricing looked at. The id is the message
-- id of the credit token. previous_sale_id leads from the meter's last sale to those before it.
CREATE TABLE sale (
    utility_id            bigint NOT NULL,
    id                    uuid NOT NULL,
    receipt_number        bigint NOT NULL,
    client_id             text NOT NULL,
    vendor_code           text NOT NULL,
    request_id            text NOT NULL,
    received_at           timestamptz NOT NULL,
    account_id            bigint NOT NULL,
    meter_id              bigint NOT NULL,
    previous_sale_id      uuid,
    payment               text NOT NULL,
    tender                bigint NOT NULL CHECK (tender > 0),
    -- a sale by units: the tenths that were asked for
    asked_tenths          bigint CHECK (asked_tenths > 0),
    commission            bigint NOT NULL DEFAULT 0 CHECK (commission >= 0),
    commission_net        boolean NOT NULL DEFAULT false,
    shift_id              bigint,
    operator              text,
    service               text NOT NULL,
    tariff_id             text NOT NULL,
    tariff_version        integer NOT NULL,
    position_month        date NOT NULL,
    position_units        numeric(16, 6) NOT NULL,
    units_after           numeric(16, 6) NOT NULL,
    assessment            text NOT NULL,
    -- what the credit token carries: tenths of a unit, or steps of 10^-5 of the currency
    credit                text NOT NULL CHECK (credit IN ('UNITS', 'CURRENCY')),
    credit_steps          bigint NOT NULL CHECK (credit_steps > 0),
    pan                   text NOT NULL,
    algorithm             smallint NOT NULL,
    supply_group          text NOT NULL,
    key_revision          smallint NOT NULL,
    tariff_index          smallint NOT NULL,
    key_type              smallint NOT NULL,
    base_date             smallint NOT NULL CHECK (base_date IN (1993, 2014, 2035)),
    tid                   integer NOT NULL CHECK (tid BETWEEN 0 AND 16777215 AND tid % 1440 <> 1),
    -- the key change that comes with the sale, if one does: from which key, under which message id
    from_supply_group     text,
    from_key_revision     smallint,
    from_tariff_index     smallint,
    from_key_type         smallint,
    key_change_tokens     smallint CHECK (key_change_tokens BETWEEN 2 AND 4),
    key_change_message_id uuid,
    PRIMARY KEY (utility_id, id),
    CHECK (num_nonnulls(from_supply_group, from_key_revision, from_tariff_index, from_key_type, key_change_tokens,
                        key_change_message_id) IN (0, 6))
) PARTITION BY RANGE (id);

CREATE INDEX sale_receipt_number ON sale (utility_id, receipt_number);

-- Whatever a sale came to, written once. A sale without such a row is open.
CREATE TABLE sale_outcome (
    utility_id        bigint NOT NULL,
    sale_id           uuid NOT NULL,
    state             text NOT NULL CHECK (state IN ('ISSUED', 'REFUSED')),
    decided_at        timestamptz NOT NULL,
    key_change_tokens text[] NOT NULL,
    credit_token      text CHECK (length(credit_token) = 20),
    test_only         boolean NOT NULL,
    refusal_code      text,
    refusal_detail    text,
    PRIMARY KEY (utility_id, sale_id),
    CHECK ((state = 'ISSUED') = (credit_token IS NOT NULL)),
    CHECK ((state = 'REFUSED') = (refusal_code IS NOT NULL)),
    CHECK ((refusal_code IS NULL) = (refusal_detail IS NULL))
) PARTITION BY RANGE (sale_id);

-- That the customer has the token, by whose word. A sale with such a row is delivered.
CREATE TABLE sale_delivery (
    utility_id bigint NOT NULL,
    sale_id    uuid NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('CONFIRMED', 'SMS', 'METER')),
    at         timestamptz NOT NULL,
    client_id  text,
    PRIMARY KEY (utility_id, sale_id, channel)
) PARTITION BY RANGE (sale_id);

-- A request id without a body: somebody asked what became of it before it came, and was told that it never will be.
ALTER TABLE request
    DROP CONSTRAINT request_utility_id_sale_id_fkey,
    ALTER COLUMN body_sha256 DROP NOT NULL,
    ADD CHECK (body_sha256 IS NOT NULL OR refusal_code = 'REQUEST_VOIDED');

ALTER TABLE sale_attempt DROP CONSTRAINT sale_attempt_utility_id_sale_id_fkey;

-- Every sale below this receipt number is decided: recovery looks from here on.
CREATE TABLE recovery_mark (
    utility_id     bigint PRIMARY KEY REFERENCES utility,
    receipt_number bigint NOT NULL
);

-- Books ---------------------------------------------------------------------------------------------------------

-- One event in the books is one row, so that none can be there in part. accounts[i] is debited with amounts[i] minor
-- units, or credited if it is negative. The entry of a sale has the sale's id.
CREATE TABLE journal_entry (
    utility_id bigint NOT NULL,
    id         uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('SALE', 'REVERSAL', 'DEPOSIT', 'WITHDRAWAL', 'COMMISSION', 'CASH_UP',
                                             'BANKING', 'CORRECTION')),
    sale_id    uuid,
    reference  text,
    shift_id   bigint,
    booked_at  timestamptz NOT NULL,
    accounts   bigint[] NOT NULL,
    amounts    bigint[] NOT NULL,
    PRIMARY KEY (utility_id, id),
    -- as many accounts as amounts, two to forty, none of them missing or zero; that they sum to zero is said below
    CONSTRAINT entry_is_whole CHECK (
        cardinality(amounts) BETWEEN 2 AND 40 AND cardinality(accounts) = cardinality(amounts)
        AND array_ndims(amounts) = 1 AND array_lower(amounts, 1) = 1 AND array_ndims(accounts) = 1
        AND array_position(amounts, NULL) IS NULL AND array_position(accounts, NULL) IS NULL AND 0 <> ALL (amounts)),
    CHECK (kind NOT IN ('SALE', 'REVERSAL') OR sale_id IS NOT NULL),
    CHECK (kind <> 'SALE' OR sale_id = id)
) PARTITION BY RANGE (id);

-- The sum written out: a function in a language of its own costs more than the rest of the row.
DO $$
BEGIN
    EXECUTE format('ALTER TABLE journal_entry ADD CONSTRAINT entry_balances CHECK (%s = 0)',
        (SELECT string_agg(format('coalesce(amounts[%s], 0)', n), ' + ' ORDER BY n) FROM generate_series(1, 40) AS n));
END
$$;

CREATE INDEX journal_entry_shift ON journal_entry (utility_id, shift_id) WHERE shift_id IS NOT NULL;

CREATE VIEW posting WITH (security_invoker = true) AS
SELECT e.utility_id, e.id AS entry_id, p.line::smallint AS line, p.account_id, p.amount, e.kind, e.sale_id, e.booked_at
FROM journal_entry e, unnest(e.accounts, e.amounts) WITH ORDINALITY AS p (account_id, amount, line);

-- Outbox --------------------------------------------------------------------------------------------------------

-- What happened, for those who act on it afterwards. Events are read in the order of (xact, seq), up to the oldest
-- transaction that is still under way. It holds ids and no personal data.
CREATE SEQUENCE outbox_seq CACHE 1;

CREATE TABLE outbox (
    utility_id bigint NOT NULL,
    xact       xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq        bigint NOT NULL DEFAULT nextval('outbox_seq'),
    at         timestamptz NOT NULL,
    kind       text NOT NULL,
    meter_id   bigint,
    subject    uuid NOT NULL,
    PRIMARY KEY (utility_id, xact, seq, at)
) PARTITION BY RANGE (at);

CREATE TABLE outbox_cursor (
    utility_id bigint NOT NULL REFERENCES utility,
    consumer   text NOT NULL CHECK (consumer ~ '^[a-z0-9-]{1,64}$'),
    xact       xid8 NOT NULL,
    seq        bigint NOT NULL,
    PRIMARY KEY (utility_id, consumer)
);

-- Partitions ----------------------------------------------------------------------------------------------------

-- Makes one partition. It is reached through its table alone: nobody has a right on it, and its row-level security is
-- forced without a policy.
CREATE FUNCTION make_partition(parent text, name text, bounds text) RETURNS void
    LANGUAGE plpgsql SET search_path = metermint, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
                   'FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I %s', parent, name, bounds);
END
$$;

-- Makes the partitions of some months that are not there yet; gives back how many it made. A month whose first rows are
-- in the default partition already stays there.
CREATE FUNCTION make_partitions(first date, months integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = metermint, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    parent text;
    month timestamp;
    name text;
    low text;
    high text;
    made integer := 0;
BEGIN
    IF months NOT BETWEEN 1 AND 120 THEN
        RAISE EXCEPTION 'months % is outside 1..120', months USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOREACH parent IN ARRAY ARRAY['sale', 'sale_outcome', 'sale_delivery', 'journal_entry', 'outbox'] LOOP
        FOR month IN SELECT date_trunc('month', first::timestamp) + n * interval '1 month'
                     FROM generate_series(0, months - 1) AS n LOOP
            name := parent || to_char(month, '_YYYYMM');
            CONTINUE WHEN to_regclass('metermint.' || name) IS NOT NULL;
            low := quote_literal(month AT TIME ZONE 'UTC');
            high := quote_literal((month + interval '1 month') AT TIME ZONE 'UTC');
            IF parent <> 'outbox' THEN
                low := quote_literal(id_at(month AT TIME ZONE 'UTC'));
                high := quote_literal(id_at((month + interval '1 month') AT TIME ZONE 'UTC'));
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

SELECT make_partition(parent, parent || '_default', 'DEFAULT')
FROM unnest(ARRAY['sale', 'sale_outcome', 'sale_delivery', 'journal_entry', 'outbox']) AS parent;

-- What was there before -----------------------------------------------------------------------------------------

-- Row-level security holds the owner too, who here moves the rows of all utilities.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['sale_before', 'sale_outcome_before', 'journal_entry_before', 'posting_before', 'vendor',
                                'ledger_account'] LOOP
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;

SELECT make_partitions(first, (extract(year FROM age(last, first)) * 12 + extract(month FROM age(last, first)))::int + 1)
FROM (SELECT date_trunc('month', coalesce(min(received_at), now()) AT TIME ZONE 'UTC')::date AS first,
             (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months')::date AS last
      FROM sale_before) AS span
WHERE last > first;

INSERT INTO sale (utility_id, id, receipt_number, client_id, vendor_code, request_id, received_at, account_id, meter_id,
    previous_sale_id, payment, tender, service, tariff_id, tariff_version, position_month, position_units, units_after,
    assessment, credit, credit_steps, pan, algorithm, supply_group, key_revision, tariff_index, key_type, base_date, tid,
    from_supply_group, from_key_revision, from_tariff_index, from_key_type, key_change_tokens, key_change_message_id)
SELECT utility_id, id, receipt_number, client_id, vendor_code, request_id, received_at, account_id, meter_id,
    lag(id) OVER (PARTITION BY utility_id, meter_id ORDER BY receipt_number), payment, tender, service, tariff_id,
    tariff_version, position_month, position_units, (assessment ->> 'unitsAfter')::numeric, assessment::text, 'UNITS',
    credit_tenths, pan, algorithm, supply_group, key_revision, tariff_index, key_type, base_date, tid, from_supply_group,
    from_key_revision, from_tariff_index, from_key_type, key_change_tokens, key_change_message_id
FROM sale_before;

INSERT INTO sale_outcome (utility_id, sale_id, state, decided_at, key_change_tokens, credit_token, test_only, refusal_code,
    refusal_detail)
SELECT utility_id, sale_id, CASE state WHEN 'COMPLETED' THEN 'ISSUED' ELSE state END, decided_at, key_change_tokens,
    credit_token, test_only, refusal_code, refusal_detail
FROM sale_outcome_before;

INSERT INTO journal_entry (utility_id, id, kind, sale_id, booked_at, accounts, amounts)
SELECT e.utility_id,
    CASE e.kind WHEN 'SALE' THEN e.sale_id
        ELSE (left(id_at(e.booked_at)::text, 14) || '7' || substr(md5(e.utility_id || '/' || e.entry_id), 1, 3) || '-8'
              || substr(md5(e.utility_id || '/' || e.entry_id), 4, 3) || '-'
              || substr(md5(e.utility_id || '/' || e.entry_id), 7, 12))::uuid END,
    e.kind, e.sale_id, e.booked_at, array_agg(p.account_id ORDER BY p.line), array_agg(p.amount ORDER BY p.line)
FROM journal_entry_before e JOIN posting_before p ON p.utility_id = e.utility_id AND p.entry_id = e.entry_id
GROUP BY e.utility_id, e.entry_id, e.kind, e.sale_id, e.booked_at;

UPDATE vendor v SET balance = f.balance
FROM (SELECT a.utility_id, substr(a.code, 7) AS code, -sum(p.amount)::bigint AS balance
      FROM ledger_account a JOIN posting_before p ON p.utility_id = a.utility_id AND p.account_id = a.id
      WHERE a.code LIKE 'float/%' GROUP BY a.utility_id, a.code) f
WHERE v.utility_id = f.utility_id AND v.code = f.code;

DROP TABLE posting_before, journal_entry_before, sale_outcome_before, sale_before;
DROP FUNCTION check_entry_balanced;

-- Rights --------------------------------------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['sale', 'sale_outcome', 'sale_delivery', 'journal_entry', 'outbox'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I '
                       'FOR EACH ROW EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO metermint_server', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['recovery_mark', 'outbox_cursor'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO metermint_server', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['sale', 'sale_outcome', 'sale_delivery', 'journal_entry', 'outbox', 'recovery_mark',
                                'outbox_cursor'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (utility_id = current_utility()) '
                       'WITH CHECK (utility_id = current_utility())', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['sale', 'sale_outcome', 'sale_delivery', 'journal_entry', 'outbox', 'recovery_mark',
                                'outbox_cursor', 'vendor', 'ledger_account'] LOOP
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END
$$;

GRANT SELECT ON posting TO metermint_server;
GRANT USAGE ON SEQUENCE outbox_seq TO metermint_server;
REVOKE ALL ON FUNCTION make_partition(text, text, text), make_partitions(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_partitions(date, integer) TO metermint_server;
