-- Vendors: their terms, who works for them and with which role, what moves their float, shifts and batches.

-- A row that is decided once: until then nothing but the columns that the trigger names may change, afterwards nothing.
-- The first of them says whether it is decided.
CREATE FUNCTION decide_once() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    before jsonb;
    settable text[] := TG_ARGV;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        before := to_jsonb(OLD);
        IF before ->> settable[0] IS NULL AND before - settable = to_jsonb(NEW) - settable THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a row of table % stays as it is: % is not allowed; correct by a new row', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

-- A part of what is made at one go: it is written in the transaction that wrote the whole, or not at all. The trigger
-- names the table of the whole and the column that points there.
CREATE FUNCTION belong_to_now() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    now_written boolean;
BEGIN
    EXECUTE format('SELECT xmin = pg_current_xact_id()::xid FROM %I WHERE utility_id = $1 AND %I = $2', TG_ARGV[0],
                   TG_ARGV[1])
        INTO now_written USING NEW.utility_id, (to_jsonb(NEW) ->> TG_ARGV[2])::bigint;
    IF now_written IS DISTINCT FROM true THEN
        RAISE EXCEPTION 'a row of table % is complete: table % takes nothing more for it', TG_ARGV[0], TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

-- Vendors -------------------------------------------------------------------------------------------------------

-- A version of a commission plan: what a vendor earns by a sale, added up, and by a month.
CREATE TABLE commission_plan (
    utility_id     bigint NOT NULL REFERENCES utility,
    code           text NOT NULL CHECK (code ~ '^[a-z0-9-]{1,32}$'),
    version        integer NOT NULL CHECK (version >= 1),
    effective_from timestamptz NOT NULL,
    percent        numeric(7, 4) NOT NULL CHECK (percent BETWEEN 0 AND 100),
    per_unit       numeric(18, 6) NOT NULL CHECK (per_unit >= 0), -- minor units for a unit sold
    per_sale       bigint NOT NULL CHECK (per_sale >= 0),
    per_month      bigint NOT NULL CHECK (per_month >= 0),
    settlement     text NOT NULL CHECK (settlement IN ('NET', 'GROSS')),
    PRIMARY KEY (utility_id, code, version)
);

ALTER TABLE vendor
    ADD COLUMN name text,
    ADD COLUMN kind text NOT NULL DEFAULT 'MULTI_CLIENT'
        CHECK (kind IN ('SINGLE_CLIENT', 'MULTI_CLIENT', 'SUPER_VENDOR', 'GATEWAY')),
    ADD COLUMN status text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    ADD COLUMN commission_plan text;

-- A client acts in one role; the credential tells it with the identity.
ALTER TABLE client
    ADD COLUMN role text NOT NULL DEFAULT 'SELLER'
        CHECK (role IN ('SELLER', 'SUPERVISOR', 'FINANCE', 'ADMINISTRATOR', 'AUDITOR')),
    ADD COLUMN terminal text;

DROP FUNCTION client_credential(text);

CREATE FUNCTION client_credential(wanted text)
    RETURNS TABLE (client_id text, utility_id bigint, vendor_code text, role text, secret_sha256 bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = metermint, pg_temp
BEGIN ATOMIC
    SELECT c.client_id, c.utility_id, c.vendor_code, c.role, c.secret_sha256
    FROM client c WHERE c.client_id = wanted AND c.disabled_at IS NULL;
END;

REVOKE ALL ON FUNCTION client_credential(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION client_credential(text) TO metermint_server;

-- Devices behind a gateway, which have no credential of their own, and people at tills.
CREATE TABLE terminal (
    utility_id  bigint NOT NULL,
    vendor_code text NOT NULL,
    code        text NOT NULL CHECK (code ~ '^[A-Za-z0-9._-]{1,32}$'),
    name        text NOT NULL,
    disabled_at timestamptz,
    PRIMARY KEY (utility_id, vendor_code, code),
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor
);

CREATE TABLE operator (
    utility_id  bigint NOT NULL,
    vendor_code text NOT NULL,
    code        text NOT NULL CHECK (code ~ '^[A-Za-z0-9._-]{1,32}$'),
    name        text NOT NULL,
    disabled_at timestamptz,
    PRIMARY KEY (utility_id, vendor_code, code),
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor
);

-- The device behind the client that sold, if the request named one.
ALTER TABLE sale ADD COLUMN terminal text;

-- What the sale desk keeps in memory of a vendor. A sale changes the balance alone, which raises nothing.
CREATE TRIGGER revision AFTER INSERT OR UPDATE OF status, kind, commission_plan, credit_line ON vendor
    FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();
CREATE TRIGGER revision AFTER INSERT ON commission_plan FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();
CREATE TRIGGER revision AFTER INSERT OR UPDATE ON terminal FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();
CREATE TRIGGER revision AFTER INSERT OR UPDATE ON operator FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();

-- Float ---------------------------------------------------------------------------------------------------------

-- What moves a float beside sales: recorded by one client, confirmed by another. Only then it is booked. reference is
-- the bank's, or the month of a commission: there is one movement for it that was not rejected.
CREATE TABLE float_movement (
    utility_id  bigint NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    vendor_code text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('DEPOSIT', 'WITHDRAWAL', 'COMMISSION')),
    amount      bigint NOT NULL CHECK (amount > 0),
    fixed       bigint NOT NULL DEFAULT 0 CHECK (fixed BETWEEN 0 AND amount AND (fixed = 0 OR kind = 'COMMISSION')),
    bank        text NOT NULL CHECK (bank ~ '^[a-z0-9-]{1,32}$'),
    reference   text NOT NULL,
    value_date  date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    decision    text CHECK (decision IN ('CONFIRMED', 'REJECTED')),
    decided_by  text,
    decided_at  timestamptz,
    reason      text,
    entry_id    uuid,
    PRIMARY KEY (utility_id, id),
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor,
    CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
    CHECK ((decision IS NOT DISTINCT FROM 'CONFIRMED') = (entry_id IS NOT NULL)),
    CHECK ((decision IS NOT DISTINCT FROM 'REJECTED') = (reason IS NOT NULL)),
    CONSTRAINT second_person CHECK (decision IS DISTINCT FROM 'CONFIRMED' OR decided_by <> recorded_by)
);
CREATE UNIQUE INDEX float_movement_reference ON float_movement (utility_id, kind, reference)
    WHERE decision IS DISTINCT FROM 'REJECTED';
CREATE INDEX ON float_movement (utility_id, vendor_code, id);

-- The entries that undo a sale, by the sale: costs an ordinary sale nothing.
CREATE INDEX journal_entry_reversal ON journal_entry (utility_id, sale_id) WHERE kind = 'REVERSAL';

-- Shifts and batches --------------------------------------------------------------------------------------------

-- One person at one till from opening to closing. A client, or a terminal behind it, has one open shift at most.
-- continues: the closed shift that a supervisor reopened, whose totals stay.
CREATE TABLE shift (
    utility_id   bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    vendor_code  text NOT NULL,
    client_id    text NOT NULL,
    terminal     text,
    operator     text NOT NULL,
    opening_cash bigint NOT NULL CHECK (opening_cash >= 0),
    opened_by    text NOT NULL,
    opened_at    timestamptz NOT NULL,
    request_id   text NOT NULL,
    continues    bigint,
    reason       text,
    closed_at    timestamptz,
    closed_by    text,
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, opened_by, request_id),
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor,
    FOREIGN KEY (utility_id, vendor_code, operator) REFERENCES operator,
    FOREIGN KEY (utility_id, vendor_code, terminal) REFERENCES terminal,
    FOREIGN KEY (utility_id, continues) REFERENCES shift,
    CHECK ((continues IS NULL) = (reason IS NULL)),
    CHECK (num_nonnulls(closed_at, closed_by) IN (0, 2))
);
CREATE UNIQUE INDEX shift_open ON shift (utility_id, client_id, coalesce(terminal, '')) WHERE closed_at IS NULL;
CREATE INDEX ON shift (utility_id, vendor_code, id);

-- Written when the shift is closed. sold includes what was undone later in the same shift.
CREATE TABLE shift_total (
    utility_id bigint NOT NULL,
    shift_id   bigint NOT NULL,
    payment    text NOT NULL CHECK (payment IN ('CASH', 'CARD', 'MOBILE_MONEY', 'TRANSFER', 'OTHER')),
    sales      bigint NOT NULL CHECK (sales >= 0),
    sold       bigint NOT NULL CHECK (sold >= 0),
    undone     bigint NOT NULL CHECK (undone >= 0),
    PRIMARY KEY (utility_id, shift_id, payment),
    FOREIGN KEY (utility_id, shift_id) REFERENCES shift
);

-- What was counted, without sight of what was expected.
CREATE TABLE shift_cash_up (
    utility_id bigint NOT NULL,
    shift_id   bigint NOT NULL,
    counted_by text NOT NULL,
    counted_at timestamptz NOT NULL,
    entry_id   uuid,
    PRIMARY KEY (utility_id, shift_id),
    FOREIGN KEY (utility_id, shift_id) REFERENCES shift
);

CREATE TABLE shift_count (
    utility_id bigint NOT NULL,
    shift_id   bigint NOT NULL,
    payment    text NOT NULL CHECK (payment IN ('CASH', 'CARD', 'MOBILE_MONEY', 'TRANSFER', 'OTHER')),
    counted    bigint NOT NULL CHECK (counted >= 0),
    expected   bigint NOT NULL, -- with the opening cash
    PRIMARY KEY (utility_id, shift_id, payment),
    FOREIGN KEY (utility_id, shift_id) REFERENCES shift_cash_up
);

-- Batches are made closed, of what is closed and counted. continues: the batch that a supervisor adds to.
CREATE TABLE sales_batch (
    utility_id  bigint NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    vendor_code text NOT NULL,
    made_by     text NOT NULL,
    made_at     timestamptz NOT NULL,
    request_id  text NOT NULL,
    continues   bigint,
    reason      text,
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, made_by, request_id),
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor,
    FOREIGN KEY (utility_id, continues) REFERENCES sales_batch,
    CHECK ((continues IS NULL) = (reason IS NULL))
);

CREATE TABLE sales_batch_shift (
    utility_id bigint NOT NULL,
    batch_id   bigint NOT NULL,
    shift_id   bigint NOT NULL,
    PRIMARY KEY (utility_id, batch_id, shift_id),
    UNIQUE (utility_id, shift_id),
    FOREIGN KEY (utility_id, batch_id) REFERENCES sales_batch,
    FOREIGN KEY (utility_id, shift_id) REFERENCES shift_cash_up
);

CREATE TABLE sales_batch_total (
    utility_id bigint NOT NULL,
    batch_id   bigint NOT NULL,
    payment    text NOT NULL CHECK (payment IN ('CASH', 'CARD', 'MOBILE_MONEY', 'TRANSFER', 'OTHER')),
    sales      bigint NOT NULL,
    expected   bigint NOT NULL, -- without the opening cash, which stays in the tills
    counted    bigint NOT NULL,
    PRIMARY KEY (utility_id, batch_id, payment),
    FOREIGN KEY (utility_id, batch_id) REFERENCES sales_batch
);

CREATE TABLE banking_batch (
    utility_id   bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    vendor_code  text NOT NULL,
    bank         text NOT NULL CHECK (bank ~ '^[a-z0-9-]{1,32}$'),
    deposit_slip text NOT NULL,
    amount       bigint NOT NULL CHECK (amount >= 0), -- as on the slip
    cash         bigint NOT NULL,                     -- what was counted
    made_by      text NOT NULL,
    made_at      timestamptz NOT NULL,
    request_id   text NOT NULL,
    continues    bigint,
    reason       text,
    entry_id     uuid,
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, made_by, request_id),
    UNIQUE (utility_id, deposit_slip),
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor,
    FOREIGN KEY (utility_id, continues) REFERENCES banking_batch,
    CHECK ((continues IS NULL) = (reason IS NULL))
);

CREATE TABLE banking_batch_sales_batch (
    utility_id     bigint NOT NULL,
    batch_id       bigint NOT NULL,
    sales_batch_id bigint NOT NULL,
    PRIMARY KEY (utility_id, batch_id, sales_batch_id),
    UNIQUE (utility_id, sales_batch_id),
    FOREIGN KEY (utility_id, batch_id) REFERENCES banking_batch,
    FOREIGN KEY (utility_id, sales_batch_id) REFERENCES sales_batch
);

-- Rights --------------------------------------------------------------------------------------------------------

CREATE TRIGGER decide_once BEFORE UPDATE OR DELETE ON float_movement FOR EACH ROW
    EXECUTE FUNCTION decide_once('decision', 'decided_by', 'decided_at', 'reason', 'entry_id');
CREATE TRIGGER decide_once BEFORE UPDATE OR DELETE ON shift FOR EACH ROW
    EXECUTE FUNCTION decide_once('closed_at', 'closed_by');

CREATE TRIGGER belong_to_now BEFORE INSERT ON shift_total FOR EACH ROW
    EXECUTE FUNCTION belong_to_now('shift', 'id', 'shift_id');
CREATE TRIGGER belong_to_now BEFORE INSERT ON shift_count FOR EACH ROW
    EXECUTE FUNCTION belong_to_now('shift_cash_up', 'shift_id', 'shift_id');
CREATE TRIGGER belong_to_now BEFORE INSERT ON sales_batch_shift FOR EACH ROW
    EXECUTE FUNCTION belong_to_now('sales_batch', 'id', 'batch_id');
CREATE TRIGGER belong_to_now BEFORE INSERT ON sales_batch_total FOR EACH ROW
    EXECUTE FUNCTION belong_to_now('sales_batch', 'id', 'batch_id');
CREATE TRIGGER belong_to_now BEFORE INSERT ON banking_batch_sales_batch FOR EACH ROW
    EXECUTE FUNCTION belong_to_now('banking_batch', 'id', 'batch_id');

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['commission_plan', 'shift_total', 'shift_cash_up', 'shift_count', 'sales_batch',
                                'sales_batch_shift', 'sales_batch_total', 'banking_batch',
                                'banking_batch_sales_batch'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I '
                       'FOR EACH ROW EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO metermint_server', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['terminal', 'operator', 'float_movement', 'shift'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO metermint_server', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['commission_plan', 'float_movement', 'shift', 'shift_total', 'shift_cash_up',
                                'shift_count', 'sales_batch', 'sales_batch_shift', 'sales_batch_total',
                                'banking_batch', 'banking_batch_sales_batch'] LOOP
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['commission_plan', 'terminal', 'operator', 'float_movement', 'shift', 'shift_total',
                                'shift_cash_up', 'shift_count', 'sales_batch', 'sales_batch_shift',
                                'sales_batch_total', 'banking_batch', 'banking_batch_sales_batch'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (utility_id = current_utility()) '
                       'WITH CHECK (utility_id = current_utility())', name);
    END LOOP;
END
$$;
