-- What a tariff remembers of an account beside the units of a month: when a purchase moved it last, and, as JSON, how far
-- each charge is counted, what of it is due, and what was paid of a lifeline's loss. Null while there is nothing.
-- What a tariff needs to know of it: its class, its average use of a month, its load, its phases, since when it is there.
ALTER TABLE account
    ADD COLUMN position_at timestamptz,
    ADD COLUMN position_more jsonb,
    ADD COLUMN usage_class text CHECK (char_length(usage_class) BETWEEN 1 AND 80),
    ADD COLUMN average_units numeric(16, 6) NOT NULL DEFAULT 0 CHECK (average_units >= 0),
    ADD COLUMN kilowatts numeric(16, 6) NOT NULL DEFAULT 0 CHECK (kilowatts >= 0),
    ADD COLUMN phases smallint NOT NULL DEFAULT 1 CHECK (phases IN (1, 3)),
    ADD COLUMN opened_on date;

-- The figures that levies and blocks take from tables, such as a month's fuel cost.
CREATE TABLE rate_version (
    utility_id     bigint NOT NULL REFERENCES utility,
    rate_table     text NOT NULL,
    version        integer NOT NULL CHECK (version >= 1),
    effective_from timestamptz NOT NULL,
    rate           numeric(23, 10) NOT NULL CHECK (rate >= 0),
    PRIMARY KEY (utility_id, rate_table, version)
);

CREATE TRIGGER revision AFTER INSERT ON rate_version FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON rate_version FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON rate_version FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT ON rate_version TO metermint_server;
ALTER TABLE rate_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_version FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON rate_version USING (utility_id = current_utility()) WITH CHECK (utility_id = current_utility());

-- What purchases recover of debts. A debt without a method is recorded and no more, as those from before are; with one it
-- is in the books. taken: what purchases of taken_month recovered.
ALTER TABLE debt
    ADD COLUMN original bigint,
    ADD COLUMN type text CHECK (type ~ '^[A-Z0-9_]{1,32}$'),
    ADD COLUMN label text,
    ADD COLUMN priority smallint,
    ADD COLUMN since date,
    ADD COLUMN method text CHECK (method IN ('ALL_AT_ONCE', 'PERCENT_OF_PURCHASE', 'PERCENT_OF_BALANCE_PER_PURCHASE',
        'PERCENT_OF_BALANCE_PER_MONTH', 'PERCENT_OF_ORIGINAL', 'FIXED_PER_PURCHASE', 'FIXED_PER_MONTH')),
    ADD COLUMN value numeric(22, 6),
    ADD COLUMN due_on date,
    ADD COLUMN taken_month date CHECK (extract(day FROM taken_month) = 1),
    ADD COLUMN taken bigint NOT NULL DEFAULT 0 CHECK (taken >= 0);
ALTER TABLE debt NO FORCE ROW LEVEL SECURITY;
UPDATE debt SET original = balance;
ALTER TABLE debt FORCE ROW LEVEL SECURITY;
ALTER TABLE debt
    ALTER COLUMN original SET NOT NULL,
    ADD CONSTRAINT balance_within_original CHECK (balance <= original),
    ADD CONSTRAINT terms_are_whole CHECK (num_nulls(type, label, priority, since, method, value, due_on) IN (0, 7));

-- Whether there is a debt to recover; so that sales to all others need not look.
ALTER TABLE account ADD COLUMN owes boolean NOT NULL DEFAULT false;

-- One more kind of entry: DEBT. The constraint has whatever name PostgreSQL gave it.
DO $$
BEGIN
    EXECUTE (
        SELECT format('ALTER TABLE journal_entry DROP CONSTRAINT %I', conname) FROM pg_constraint
        WHERE conrelid = 'journal_entry'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%BANKING%');
END
$$;
ALTER TABLE journal_entry ADD CONSTRAINT entry_kind CHECK (kind IN ('SALE', 'REVERSAL', 'DEPOSIT', 'WITHDRAWAL',
    'COMMISSION', 'CASH_UP', 'BANKING', 'CORRECTION', 'DEBT'));
