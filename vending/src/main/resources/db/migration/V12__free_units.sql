-- Units that accounts are given each month for nothing, by lists that one person records and another approves. What an
-- account is given is what its list says; a list that is approved later takes its place.
CREATE TABLE entitlement_list (
    utility_id   bigint NOT NULL REFERENCES utility,
    reference    text NOT NULL CHECK (reference ~ '^[A-Za-z0-9._-]{1,40}$'),
    funder       text NOT NULL CHECK (char_length(funder) BETWEEN 1 AND 80),
    -- whether the first sale of a month brings the units along
    automatic    boolean NOT NULL,
    -- accounts that use more in a month on average get none
    most_average numeric(16, 6) CHECK (most_average >= 0),
    -- what the funder pays for a unit, in major units
    rate         numeric(23, 10) CHECK (rate >= 0),
    recorded_by  text NOT NULL,
    recorded_at  timestamptz NOT NULL,
    decision     text CHECK (decision IN ('APPROVED', 'REJECTED')),
    decided_by   text CHECK (decided_by <> recorded_by),
    decided_at   timestamptz,
    PRIMARY KEY (utility_id, reference),
    CHECK (num_nulls(decision, decided_by, decided_at) IN (0, 3))
);

-- 0 tenths end what an earlier list gave; no last month means no end.
CREATE TABLE entitlement (
    utility_id  bigint NOT NULL,
    list        text NOT NULL,
    account_id  bigint NOT NULL,
    tenths      integer NOT NULL CHECK (tenths BETWEEN 0 AND 16383),
    first_month date NOT NULL CHECK (extract(day FROM first_month) = 1),
    last_month  date CHECK (extract(day FROM last_month) = 1),
    PRIMARY KEY (utility_id, list, account_id),
    FOREIGN KEY (utility_id, list) REFERENCES entitlement_list,
    FOREIGN KEY (utility_id, account_id) REFERENCES account,
    CHECK (last_month >= first_month)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON entitlement FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON entitlement FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT ON entitlement TO metermint_server;
GRANT SELECT, INSERT, UPDATE ON entitlement_list TO metermint_server;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['entitlement_list', 'entitlement'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY own_rows ON %I USING (utility_id = current_utility()) '
                       'WITH CHECK (utility_id = current_utility())', name);
    END LOOP;
END
$$;

-- The list that holds for an account, and the month whose units it has.
ALTER TABLE account
    ADD COLUMN entitlement_list text,
    ADD COLUMN free_month date CHECK (extract(day FROM free_month) = 1),
    ADD FOREIGN KEY (utility_id, entitlement_list) REFERENCES entitlement_list;

-- Sales of nothing but free units, whose tender is 0, and sales whose payment what was due used up: these have no credit
-- and no token. The constraints have whatever names PostgreSQL gave them.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT conname FROM pg_constraint
                WHERE conrelid = 'sale'::regclass AND contype = 'c'
                  AND (pg_get_constraintdef(oid) LIKE '%(tender > 0)%'
                       OR pg_get_constraintdef(oid) LIKE '%(credit_steps > 0)%') LOOP
        EXECUTE format('ALTER TABLE sale DROP CONSTRAINT %I', name);
    END LOOP;
    FOR name IN SELECT conname FROM pg_constraint
                WHERE conrelid = 'sale_outcome'::regclass AND contype = 'c'
                  AND pg_get_constraintdef(oid) LIKE '%ISSUED%credit_token%' LOOP
        EXECUTE format('ALTER TABLE sale_outcome DROP CONSTRAINT %I', name);
    END LOOP;
END
$$;

-- entitlement_list: of a sale of free units, the list that gives them. free_sale_id: the sale of free units that came along.
ALTER TABLE sale
    ALTER COLUMN base_date DROP NOT NULL,
    ALTER COLUMN tid DROP NOT NULL,
    ADD COLUMN entitlement_list text,
    ADD COLUMN free_sale_id uuid,
    ADD CONSTRAINT free_units_cost_nothing
        CHECK (tender >= 0 AND (tender = 0) = (entitlement_list IS NOT NULL)),
    ADD CONSTRAINT credit_has_an_identifier CHECK (credit_steps >= 0 AND (credit_steps = 0) = (tid IS NULL)
        AND (tid IS NULL) = (base_date IS NULL) AND (tender > 0 OR credit_steps > 0));
ALTER TABLE sale_outcome
    ADD CONSTRAINT refused_has_no_token CHECK (state = 'ISSUED' OR credit_token IS NULL);

ALTER TYPE new_sale ADD ATTRIBUTE entitlement_list text, ADD ATTRIBUTE free_sale_id uuid;

-- What funders are charged for is looked for among the sales of free units alone.
CREATE INDEX sale_of_free_units ON sale (utility_id, id) WHERE entitlement_list IS NOT NULL;
