-- The first sale: registers, requests, sales, books.
--
-- Every table carries utility_id and lies behind row-level security, forced so that it holds for the owner too. The
-- server sees the rows of the one utility that its transaction was set to, and none at all without that setting.
-- Primary keys begin with the utility: identity never needs another utility's rows, and the data can be sharded by it.

CREATE FUNCTION current_utility() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(pg_catalog.current_setting('metermint.utility', true), '')::bigint;

CREATE FUNCTION forbid_change() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % is not allowed; correct by a new row', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

-- Utilities and clients -----------------------------------------------------------------------------------------

CREATE SEQUENCE utility_id;

CREATE TABLE utility (
    utility_id      bigint PRIMARY KEY,
    code            text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9-]{1,32}$'),
    name            text NOT NULL,
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    minor_digits    smallint NOT NULL CHECK (minor_digits BETWEEN 0 AND 4),
    zone            text NOT NULL,
    key_change      text NOT NULL CHECK (key_change IN ('WITH_SALE', 'REFUSE')),
    smallest_tender bigint NOT NULL CHECK (smallest_tender >= 1),
    largest_tender  bigint NOT NULL CHECK (largest_tender >= smallest_tender),
    created_at      timestamptz NOT NULL
);

CREATE TABLE vendor (
    utility_id bigint NOT NULL REFERENCES utility,
    code       text NOT NULL CHECK (code ~ '^[a-z0-9-]{1,32}$'),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (utility_id, code)
);

-- The client id is unique over all utilities: it is what a credential is looked up by.
CREATE TABLE client (
    client_id     text PRIMARY KEY CHECK (client_id ~ '^[a-z0-9._-]{1,64}$'),
    utility_id    bigint NOT NULL,
    vendor_code   text NOT NULL,
    secret_sha256 bytea NOT NULL CHECK (octet_length(secret_sha256) = 32),
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor
);
CREATE INDEX ON client (utility_id);

-- Registers -----------------------------------------------------------------------------------------------------

CREATE TABLE supply_group (
    utility_id   bigint NOT NULL REFERENCES utility,
    code         text NOT NULL CHECK (code ~ '^[0-9]{6}$'),
    name         text NOT NULL,
    key_revision smallint NOT NULL CHECK (key_revision BETWEEN 1 AND 9),
    key_type     smallint NOT NULL CHECK (key_type IN (2, 3)),
    service      text NOT NULL CHECK (service IN ('ELECTRICITY', 'WATER', 'GAS', 'TIME')),
    PRIMARY KEY (utility_id, code)
);

CREATE TABLE tariff_version (
    utility_id     bigint NOT NULL REFERENCES utility,
    tariff_id      text NOT NULL,
    version        integer NOT NULL CHECK (version >= 1),
    effective_from timestamptz NOT NULL,
    document       jsonb NOT NULL,
    PRIMARY KEY (utility_id, tariff_id, version)
);

CREATE TABLE customer (
    utility_id bigint NOT NULL REFERENCES utility,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    number     text NOT NULL,
    name       text NOT NULL,
    phone      text,
    address    text,
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, number)
);
CREATE INDEX ON customer (utility_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX ON customer (utility_id, lower(name) text_pattern_ops);

-- A meter's record says which key it holds. last_tid_* is the last token identifier by base date: identifiers rise
-- within each. last_sale_id finds the one reservation that may be open.
CREATE TABLE meter (
    utility_id        bigint NOT NULL REFERENCES utility,
    id                bigint GENERATED ALWAYS AS IDENTITY,
    pan               text NOT NULL CHECK (pan ~ '^[0-9]{18}$'),
    algorithm         smallint NOT NULL CHECK (algorithm IN (7, 9, 11)),
    supply_group      text NOT NULL,
    key_revision      smallint NOT NULL CHECK (key_revision BETWEEN 1 AND 9),
    tariff_index      smallint NOT NULL CHECK (tariff_index BETWEEN 0 AND 99),
    key_type          smallint NOT NULL CHECK (key_type BETWEEN 0 AND 3),
    key_change_tokens smallint NOT NULL CHECK (key_change_tokens BETWEEN 2 AND 4),
    status            text NOT NULL CHECK (status IN ('ACTIVE', 'BLOCKED')),
    last_tid_1993     integer CHECK (last_tid_1993 BETWEEN 0 AND 16777215),
    last_tid_2014     integer CHECK (last_tid_2014 BETWEEN 0 AND 16777215),
    last_tid_2035     integer CHECK (last_tid_2035 BETWEEN 0 AND 16777215),
    last_sale_id      uuid,
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, pan),
    FOREIGN KEY (utility_id, supply_group) REFERENCES supply_group
) WITH (fillfactor = 80);

CREATE TABLE account (
    utility_id     bigint NOT NULL REFERENCES utility,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    number         text NOT NULL,
    customer_id    bigint NOT NULL,
    meter_id       bigint,
    supply_group   text NOT NULL,
    tariff_index   smallint NOT NULL CHECK (tariff_index BETWEEN 0 AND 99),
    tariff_id      text NOT NULL,
    position_month date NOT NULL CHECK (extract(day FROM position_month) = 1),
    position_units numeric(16, 6) NOT NULL CHECK (position_units >= 0),
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, number),
    UNIQUE (utility_id, meter_id),
    FOREIGN KEY (utility_id, customer_id) REFERENCES customer,
    FOREIGN KEY (utility_id, meter_id) REFERENCES meter,
    FOREIGN KEY (utility_id, supply_group) REFERENCES supply_group
) WITH (fillfactor = 80);
CREATE INDEX ON account (utility_id, customer_id);

CREATE TABLE debt (
    utility_id bigint NOT NULL,
    account_id bigint NOT NULL,
    reference  text NOT NULL,
    balance    bigint NOT NULL CHECK (balance >= 0),
    PRIMARY KEY (utility_id, account_id, reference),
    FOREIGN KEY (utility_id, account_id) REFERENCES account
);

-- Sales ---------------------------------------------------------------------------------------------------------

CREATE SEQUENCE receipt_number;

-- What was reserved: all that the security module is asked for, and all that pricing looked at. The id is the message
-- id of the credit token; it begins with the time, so that recent sales are a range of the primary key. The client is
-- no foreign key: every sale of a busy client would lock the same row.
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
    payment               text NOT NULL,
    tender                bigint NOT NULL CHECK (tender > 0),
    service               text NOT NULL,
    tariff_id             text NOT NULL,
    tariff_version        integer NOT NULL,
    position_month        date NOT NULL,
    position_units        numeric(16, 6) NOT NULL,
    assessment            jsonb NOT NULL,
    credit_tenths         bigint NOT NULL CHECK (credit_tenths > 0),
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
    UNIQUE (utility_id, receipt_number),
    UNIQUE (utility_id, meter_id, base_date, tid),
    FOREIGN KEY (utility_id, account_id) REFERENCES account,
    FOREIGN KEY (utility_id, meter_id) REFERENCES meter,
    FOREIGN KEY (utility_id, tariff_id, tariff_version) REFERENCES tariff_version,
    CHECK (num_nonnulls(from_supply_group, from_key_revision, from_tariff_index, from_key_type, key_change_tokens,
                        key_change_message_id) IN (0, 6))
);

-- The identity of a request: independent of month and meter, for ever. It names a sale or carries its refusal.
CREATE TABLE request (
    utility_id     bigint NOT NULL,
    client_id      text NOT NULL,
    request_id     text NOT NULL,
    body_sha256    bytea NOT NULL CHECK (octet_length(body_sha256) = 32),
    received_at    timestamptz NOT NULL,
    sale_id        uuid,
    refusal_code   text,
    refusal_detail text,
    PRIMARY KEY (utility_id, client_id, request_id),
    FOREIGN KEY (utility_id, sale_id) REFERENCES sale,
    CHECK (num_nonnulls(sale_id, refusal_code) = 1),
    CHECK ((refusal_code IS NULL) = (refusal_detail IS NULL))
);

-- The end of a sale, written once. A sale without one is open.
CREATE TABLE sale_outcome (
    utility_id        bigint NOT NULL,
    sale_id           uuid NOT NULL,
    state             text NOT NULL CHECK (state IN ('COMPLETED', 'REFUSED')),
    decided_at        timestamptz NOT NULL,
    key_change_tokens text[] NOT NULL,
    credit_token      text CHECK (credit_token ~ '^[0-9]{20}$'),
    test_only         boolean NOT NULL,
    refusal_code      text,
    refusal_detail    text,
    PRIMARY KEY (utility_id, sale_id),
    FOREIGN KEY (utility_id, sale_id) REFERENCES sale,
    CHECK ((state = 'COMPLETED') = (credit_token IS NOT NULL)),
    CHECK ((state = 'REFUSED') = (refusal_code IS NOT NULL)),
    CHECK ((refusal_code IS NULL) = (refusal_detail IS NULL))
);

-- Answers of the security module that were lost or late: while a sale is open, they make its outcome unknown.
CREATE TABLE sale_attempt (
    utility_id bigint NOT NULL,
    sale_id    uuid NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    failure    text NOT NULL,
    PRIMARY KEY (utility_id, sale_id, id),
    FOREIGN KEY (utility_id, sale_id) REFERENCES sale
);

-- Books ---------------------------------------------------------------------------------------------------------

CREATE TABLE ledger_account (
    utility_id bigint NOT NULL REFERENCES utility,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    code       text NOT NULL,
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, code)
);

CREATE TABLE journal_entry (
    utility_id bigint NOT NULL,
    entry_id   bigint GENERATED ALWAYS AS IDENTITY,
    sale_id    uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('SALE', 'REVERSAL')),
    booked_at  timestamptz NOT NULL,
    PRIMARY KEY (utility_id, entry_id),
    UNIQUE (utility_id, sale_id, kind),
    FOREIGN KEY (utility_id, sale_id) REFERENCES sale
);

-- Debits are positive, credits negative, in minor units of the utility's currency.
CREATE TABLE posting (
    utility_id bigint NOT NULL,
    entry_id   bigint NOT NULL,
    line       smallint NOT NULL CHECK (line >= 1),
    account_id bigint NOT NULL,
    amount     bigint NOT NULL,
    PRIMARY KEY (utility_id, entry_id, line),
    FOREIGN KEY (utility_id, entry_id) REFERENCES journal_entry,
    FOREIGN KEY (utility_id, account_id) REFERENCES ledger_account
);

-- Checked when the transaction commits: an entry has two postings at least, and they sum to zero.
CREATE FUNCTION check_entry_balanced() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    lines bigint;
    total numeric;
BEGIN
    SELECT count(*), sum(amount) INTO lines, total
    FROM posting WHERE utility_id = NEW.utility_id AND entry_id = NEW.entry_id;
    IF lines < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'journal entry % does not balance: % postings sum to %', NEW.entry_id, lines, total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER entry_balanced AFTER INSERT ON journal_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry_balanced();
CREATE CONSTRAINT TRIGGER posting_balanced AFTER INSERT ON posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_entry_balanced();

-- Append-only ---------------------------------------------------------------------------------------------------

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tariff_version', 'sale', 'request', 'sale_outcome', 'sale_attempt', 'journal_entry',
                                'posting'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I '
                       'FOR EACH ROW EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO metermint_server', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['utility', 'vendor', 'client', 'supply_group', 'customer', 'meter', 'account', 'debt',
                                'ledger_account'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO metermint_server', name);
    END LOOP;
    FOR name IN SELECT c.relname FROM pg_class c
                WHERE c.relnamespace = 'metermint'::regnamespace AND c.relkind IN ('r', 'p')
                  AND c.relname <> 'flyway_schema_history' LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (utility_id = current_utility()) '
                       'WITH CHECK (utility_id = current_utility())', name);
    END LOOP;
END
$$;

GRANT USAGE ON SEQUENCE utility_id, receipt_number TO metermint_server;

-- The two questions that come before a utility is known. They are answered by functions that run as the owner and give
-- back no more than what is asked: whose credential an id is, and which utilities there are.

CREATE POLICY directory ON client FOR SELECT TO metermint_owner USING (true);
CREATE POLICY directory ON utility FOR SELECT TO metermint_owner USING (true);

CREATE FUNCTION client_credential(wanted text)
    RETURNS TABLE (client_id text, utility_id bigint, vendor_code text, secret_sha256 bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = metermint, pg_temp
BEGIN ATOMIC
    SELECT c.client_id, c.utility_id, c.vendor_code, c.secret_sha256
    FROM client c WHERE c.client_id = wanted AND c.disabled_at IS NULL;
END;

CREATE FUNCTION utility_directory() RETURNS TABLE (utility_id bigint, code text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = metermint, pg_temp
BEGIN ATOMIC
    SELECT u.utility_id, u.code FROM utility u ORDER BY u.utility_id;
END;

REVOKE ALL ON FUNCTION client_credential(text), utility_directory() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION client_credential(text), utility_directory() TO metermint_server;
