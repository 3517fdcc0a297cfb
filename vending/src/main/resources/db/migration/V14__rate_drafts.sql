-- A figure of a rate table that a tariff in use takes: proposed by one client, decided by another, as versions of tariffs.
CREATE TABLE rate_draft (
    utility_id     bigint NOT NULL REFERENCES utility,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    rate_table     text NOT NULL,
    version        integer NOT NULL CHECK (version >= 1),
    effective_from timestamptz NOT NULL,
    rate           numeric(23, 10) NOT NULL CHECK (rate >= 0),
    proposed_by    text NOT NULL,
    proposed_at    timestamptz NOT NULL,
    decision       text CHECK (decision IN ('APPROVED', 'REJECTED')),
    decided_by     text,
    decided_at     timestamptz,
    reason         text CHECK (length(reason) BETWEEN 1 AND 200),
    PRIMARY KEY (utility_id, id),
    CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
    CHECK ((decision IS NOT DISTINCT FROM 'REJECTED') = (reason IS NOT NULL)),
    CONSTRAINT second_person CHECK (decision IS DISTINCT FROM 'APPROVED' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX rate_draft_number ON rate_draft (utility_id, rate_table, version)
    WHERE decision IS DISTINCT FROM 'REJECTED';

CREATE TRIGGER decide_once BEFORE UPDATE OR DELETE ON rate_draft FOR EACH ROW
    EXECUTE FUNCTION decide_once('decision', 'decided_by', 'decided_at', 'reason');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON rate_draft FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT, UPDATE ON rate_draft TO metermint_server;
ALTER TABLE rate_draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON rate_draft USING (utility_id = current_utility())
    WITH CHECK (utility_id = current_utility());
