-- The books by day: a chart of accounts, closed days with their balances, and the outbox's consumers.

-- Chart of accounts ---------------------------------------------------------------------------------------------

-- name and number are the utility's own, for its exports; code and type never change, for postings and balances of
-- closed days are read by them.
ALTER TABLE ledger_account
    ADD COLUMN name text CHECK (length(name) BETWEEN 1 AND 120),
    ADD COLUMN number text CHECK (length(number) BETWEEN 1 AND 32),
    ADD COLUMN type text CHECK (type IN ('ASSET', 'LIABILITY', 'INCOME', 'EXPENSE'));

ALTER TABLE ledger_account NO FORCE ROW LEVEL SECURITY;

UPDATE ledger_account SET type = CASE
    WHEN code = 'commission/expense' OR code ~ '^(over-short|loss)(/|$)' THEN 'EXPENSE'
    WHEN code ~ '^(bank|cash|debt)(/|$)' THEN 'ASSET'
    WHEN code ~ '^(energy|fee|fixed)(/|$)' THEN 'INCOME'
    ELSE 'LIABILITY' END;

ALTER TABLE ledger_account FORCE ROW LEVEL SECURITY, ALTER COLUMN type SET NOT NULL;

CREATE UNIQUE INDEX ledger_account_number ON ledger_account (utility_id, number) WHERE number IS NOT NULL;

CREATE FUNCTION keep_account() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.utility_id, NEW.id, NEW.code, NEW.type) IS DISTINCT FROM (OLD.utility_id, OLD.id, OLD.code, OLD.type) THEN
        RAISE EXCEPTION 'code and type of account % stay as they are; only its name and number change', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER kept BEFORE UPDATE ON ledger_account FOR EACH ROW EXECUTE FUNCTION keep_account();

-- Closed days ---------------------------------------------------------------------------------------------------

-- What is closed stays closed.
CREATE FUNCTION keep_closed() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books of utility % are closed before %; that bound only rises', OLD.utility_id,
        OLD.books_closed_before USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER closed_stays_closed BEFORE UPDATE ON utility FOR EACH ROW
    WHEN (NEW.books_closed_before < OLD.books_closed_before) EXECUTE FUNCTION keep_closed();

-- A day of the utility's calendar whose books are closed. Every entry below the boundary belongs to this day or an earlier
-- one. digest: SHA-256 over the digest of the day before, the day's entries and the balances after it
-- (docs/internals/ledger.md); it covers no personal data.
CREATE TABLE ledger_close (
    utility_id      bigint NOT NULL REFERENCES utility,
    day             date NOT NULL,
    boundary        uuid NOT NULL,
    entries         bigint NOT NULL CHECK (entries >= 0),
    postings        bigint NOT NULL CHECK (postings >= 2 * entries),
    digest          bytea NOT NULL CHECK (octet_length(digest) = 32),
    previous_digest bytea NOT NULL CHECK (octet_length(previous_digest) = 32),
    closed_at       timestamptz NOT NULL,
    PRIMARY KEY (utility_id, day)
);

-- What stood on each account at the end of a closed day: minor units, debits positive.
CREATE TABLE ledger_balance (
    utility_id bigint NOT NULL,
    day        date NOT NULL,
    account_id bigint NOT NULL,
    balance    bigint NOT NULL,
    PRIMARY KEY (utility_id, day, account_id),
    FOREIGN KEY (utility_id, day) REFERENCES ledger_close,
    FOREIGN KEY (utility_id, account_id) REFERENCES ledger_account
);

-- Outbox --------------------------------------------------------------------------------------------------------

-- Events are read in windows of transactions, from xact to before until, and within one by seq.
-- attempts and retry_at: a consumer that failed on what comes next, and when it is tried again. former_until: a database
-- that was restored from a dump counts its transactions anew, and events up to this seq are from before; while
-- in_former they are read alone.
ALTER TABLE outbox_cursor
    ADD COLUMN until xid8 NOT NULL DEFAULT '0',
    ADD COLUMN attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    ADD COLUMN retry_at timestamptz,
    ADD COLUMN failure text,
    ADD COLUMN former_until bigint NOT NULL DEFAULT 0,
    ADD COLUMN in_former boolean NOT NULL DEFAULT false;

-- Events that a consumer could not take, and those of the same meter that wait behind one.
CREATE TABLE outbox_parked (
    utility_id bigint NOT NULL REFERENCES utility,
    consumer   text NOT NULL,
    place      bigint GENERATED ALWAYS AS IDENTITY,
    seq        bigint NOT NULL,
    at         timestamptz NOT NULL,
    kind       text NOT NULL,
    meter_id   bigint,
    subject    uuid NOT NULL,
    attempts   integer NOT NULL,
    reason     text NOT NULL,
    parked_at  timestamptz NOT NULL,
    retry      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (utility_id, consumer, place)
);

-- What each vendor sold on each day of the utility's calendar, counted from the outbox, for those who watch.
CREATE TABLE vendor_day (
    utility_id  bigint NOT NULL REFERENCES utility,
    day         date NOT NULL,
    vendor_code text NOT NULL,
    issued      bigint NOT NULL DEFAULT 0,
    refused     bigint NOT NULL DEFAULT 0,
    tender      bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (utility_id, day, vendor_code)
);

-- Rights --------------------------------------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger_close', 'ledger_balance'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I '
                       'FOR EACH ROW EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO metermint_server', name);
    END LOOP;
    GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_parked TO metermint_server;
    GRANT SELECT, INSERT, UPDATE ON vendor_day TO metermint_server;
    FOREACH name IN ARRAY ARRAY['ledger_close', 'ledger_balance', 'outbox_parked', 'vendor_day'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (utility_id = current_utility()) '
                       'WITH CHECK (utility_id = current_utility())', name);
    END LOOP;
END
$$;
