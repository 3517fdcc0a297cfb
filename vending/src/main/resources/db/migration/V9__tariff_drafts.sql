-- A version of a tariff that accounts use: proposed by one client, decided by another. Only when it is approved does it
-- become a row of tariff_version, in the same transaction. One that was rejected stays, and its number is free again.
CREATE TABLE tariff_draft (
    utility_id  bigint NOT NULL REFERENCES utility,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    tariff_id   text NOT NULL,
    version     integer NOT NULL CHECK (version >= 1),
    document    jsonb NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decision    text CHECK (decision IN ('APPROVED', 'REJECTED')),
    decided_by  text,
    decided_at  timestamptz,
    reason      text CHECK (length(reason) BETWEEN 1 AND 200),
    PRIMARY KEY (utility_id, id),
    CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
    CHECK ((decision IS NOT DISTINCT FROM 'REJECTED') = (reason IS NOT NULL)),
    CONSTRAINT second_person CHECK (decision IS DISTINCT FROM 'APPROVED' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX tariff_draft_number ON tariff_draft (utility_id, tariff_id, version)
    WHERE decision IS DISTINCT FROM 'REJECTED';

CREATE TRIGGER decide_once BEFORE UPDATE OR DELETE ON tariff_draft FOR EACH ROW
    EXECUTE FUNCTION decide_once('decision', 'decided_by', 'decided_at', 'reason');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tariff_draft FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT, UPDATE ON tariff_draft TO metermint_server;
ALTER TABLE tariff_draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON tariff_draft USING (utility_id = current_utility())
    WITH CHECK (utility_id = current_utility());

-- Whether a tariff is used, and by which accounts.
CREATE INDEX account_tariff ON account (utility_id, tariff_id);
