-- Debts beside purchases: their amount changes by the word of two persons, they are paid at a till, they can block sales,
-- and units that were given in advance become one.

-- So many days after it is due it lets nothing be sold until it is paid; null never does.
ALTER TABLE debt ADD COLUMN blocks_after smallint CHECK (blocks_after BETWEEN 0 AND 3650);

-- That a debt be more or less than it is: asked for by one person, decided by another. The balance rises by interest and
-- by an increase, and falls by a decrease and a write-off, by which no more is lost than is owed when it is approved.
CREATE TABLE debt_change (
    utility_id      bigint NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    account_id      bigint NOT NULL,
    reference       text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('INTEREST', 'INCREASE', 'DECREASE', 'WRITE_OFF')),
    amount          bigint NOT NULL CHECK (amount > 0),
    reason          text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    request_id      text NOT NULL,
    requested_by    text NOT NULL,
    requested_at    timestamptz NOT NULL,
    decision        text CHECK (decision IN ('APPROVED', 'REJECTED')),
    decided_by      text,
    decided_at      timestamptz,
    entry_id        uuid,
    original_before bigint,
    original_after  bigint,
    balance_before  bigint,
    balance_after   bigint,
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, requested_by, request_id),
    FOREIGN KEY (utility_id, account_id, reference) REFERENCES debt,
    CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
    CHECK (num_nonnulls(entry_id, original_before, original_after, balance_before, balance_after)
        = CASE decision WHEN 'APPROVED' THEN 5 ELSE 0 END),
    CONSTRAINT second_person CHECK (decision IS DISTINCT FROM 'APPROVED' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX debt_change_open ON debt_change (utility_id, account_id, reference) WHERE decision IS NULL;
CREATE INDEX ON debt_change (utility_id, account_id, reference, id);

-- Money that an account paid towards its debts at a till. The id is that of its journal entry.
CREATE TABLE debt_payment (
    utility_id     bigint NOT NULL,
    id             uuid NOT NULL,
    receipt_number bigint NOT NULL,
    client_id      text NOT NULL,
    vendor_code    text NOT NULL,
    request_id     text NOT NULL,
    received_at    timestamptz NOT NULL,
    account_id     bigint NOT NULL,
    payment        text NOT NULL CHECK (payment IN ('CASH', 'CARD', 'MOBILE_MONEY', 'TRANSFER', 'OTHER')),
    operator       text,
    terminal       text,
    shift_id       bigint,
    amount         bigint NOT NULL CHECK (amount > 0),
    owed_after     bigint NOT NULL CHECK (owed_after >= 0), -- by all debts of the account together
    PRIMARY KEY (utility_id, id),
    UNIQUE (utility_id, receipt_number),
    FOREIGN KEY (utility_id, account_id) REFERENCES account
);
CREATE INDEX ON debt_payment (utility_id, account_id, id);

-- What of a payment went to which debt; the label is what the receipt said.
CREATE TABLE debt_payment_part (
    utility_id    bigint NOT NULL,
    payment_id    uuid NOT NULL,
    line          smallint NOT NULL CHECK (line >= 1),
    account_id    bigint NOT NULL,
    reference     text NOT NULL,
    label         text NOT NULL,
    amount        bigint NOT NULL CHECK (amount > 0),
    balance_after bigint NOT NULL CHECK (balance_after >= 0),
    PRIMARY KEY (utility_id, payment_id, line),
    FOREIGN KEY (utility_id, payment_id) REFERENCES debt_payment,
    FOREIGN KEY (utility_id, account_id, reference) REFERENCES debt
);

-- The identity of a request to pay, for ever: it names a payment or carries its refusal.
CREATE TABLE debt_payment_request (
    utility_id     bigint NOT NULL,
    client_id      text NOT NULL,
    request_id     text NOT NULL,
    body_sha256    bytea NOT NULL CHECK (octet_length(body_sha256) = 32),
    received_at    timestamptz NOT NULL,
    payment_id     uuid,
    refusal_code   text,
    refusal_detail text,
    PRIMARY KEY (utility_id, client_id, request_id),
    FOREIGN KEY (utility_id, payment_id) REFERENCES debt_payment,
    CHECK (num_nonnulls(payment_id, refusal_code) = 1),
    CHECK ((refusal_code IS NULL) = (refusal_detail IS NULL))
);

-- That a payment be taken back in the books: asked for by one person, decided by another.
CREATE TABLE debt_payment_reversal (
    utility_id   bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    payment_id   uuid NOT NULL,
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    decision     text CHECK (decision IN ('APPROVED', 'REJECTED')),
    decided_by   text,
    decided_at   timestamptz,
    entry_id     uuid,
    PRIMARY KEY (utility_id, id),
    FOREIGN KEY (utility_id, payment_id) REFERENCES debt_payment,
    CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
    CHECK ((decision IS NOT DISTINCT FROM 'APPROVED') = (entry_id IS NOT NULL)),
    CONSTRAINT second_person CHECK (decision IS DISTINCT FROM 'APPROVED' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX debt_payment_reversal_once ON debt_payment_reversal (utility_id, payment_id)
    WHERE decision IS DISTINCT FROM 'REJECTED';

-- Units that were in a meter when it was installed, or that somebody got in advance: what they were valued at.
CREATE TABLE advanced_units (
    utility_id     bigint NOT NULL,
    account_id     bigint NOT NULL,
    reference      text NOT NULL,
    tenths         bigint NOT NULL CHECK (tenths > 0),
    tariff_id      text NOT NULL,
    tariff_version integer NOT NULL,
    valued_at      timestamptz NOT NULL,
    amount         bigint NOT NULL CHECK (amount > 0),
    recorded_by    text NOT NULL,
    PRIMARY KEY (utility_id, account_id, reference),
    FOREIGN KEY (utility_id, account_id, reference) REFERENCES debt,
    FOREIGN KEY (utility_id, tariff_id, tariff_version) REFERENCES tariff_version
);

-- Two more kinds of entries.
ALTER TABLE journal_entry DROP CONSTRAINT entry_kind;
ALTER TABLE journal_entry ADD CONSTRAINT entry_kind CHECK (kind IN ('SALE', 'REVERSAL', 'DEPOSIT', 'WITHDRAWAL',
    'COMMISSION', 'CASH_UP', 'BANKING', 'CORRECTION', 'DEBT', 'PAYMENT', 'PAYMENT_REVERSAL'));

-- Rights --------------------------------------------------------------------------------------------------------

CREATE TRIGGER decide_once BEFORE UPDATE OR DELETE ON debt_change FOR EACH ROW
    EXECUTE FUNCTION decide_once('decision', 'decided_by', 'decided_at', 'entry_id', 'original_before',
        'original_after', 'balance_before', 'balance_after');
CREATE TRIGGER decide_once BEFORE UPDATE OR DELETE ON debt_payment_reversal FOR EACH ROW
    EXECUTE FUNCTION decide_once('decision', 'decided_by', 'decided_at', 'entry_id');

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['debt_payment', 'debt_payment_part', 'debt_payment_request', 'advanced_units'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I '
                       'FOR EACH ROW EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO metermint_server', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['debt_change', 'debt_payment_reversal'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO metermint_server', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['debt_change', 'debt_payment', 'debt_payment_part', 'debt_payment_request',
                                'debt_payment_reversal', 'advanced_units'] LOOP
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION forbid_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (utility_id = current_utility()) '
                       'WITH CHECK (utility_id = current_utility())', name);
    END LOOP;
END
$$;
