-- That the tokens of a sale were sent once more, on somebody's demand.
CREATE TABLE sale_resend (
    utility_id bigint NOT NULL,
    sale_id    uuid NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    client_id  text NOT NULL,
    PRIMARY KEY (utility_id, sale_id, id)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sale_resend FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON sale_resend FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT ON sale_resend TO metermint_server;
ALTER TABLE sale_resend ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON sale_resend USING (utility_id = current_utility()) WITH CHECK (utility_id = current_utility());

-- That a sale with tokens be taken back in the books: asked for by one person, decided by another. The tokens stay what
-- they are, so that it needs the meter's proof that they were not used, or the utility's will to bear the loss.
CREATE TABLE sale_reversal (
    utility_id   bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    sale_id      uuid NOT NULL,
    basis        text NOT NULL CHECK (basis IN ('METER_UNUSED', 'OPERATOR_LOSS')),
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    decision     text CHECK (decision IN ('APPROVED', 'REJECTED')),
    decided_by   text,
    decided_at   timestamptz,
    entry_id     uuid,
    PRIMARY KEY (utility_id, id),
    CHECK (num_nonnulls(decision, decided_by, decided_at) IN (0, 3)),
    CHECK ((decision IS NOT DISTINCT FROM 'APPROVED') = (entry_id IS NOT NULL)),
    CONSTRAINT second_person CHECK (decision IS DISTINCT FROM 'APPROVED' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX sale_reversal_once ON sale_reversal (utility_id, sale_id) WHERE decision IS DISTINCT FROM 'REJECTED';

CREATE TRIGGER decide_once BEFORE UPDATE OR DELETE ON sale_reversal FOR EACH ROW
    EXECUTE FUNCTION decide_once('decision', 'decided_by', 'decided_at', 'entry_id');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON sale_reversal FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT, UPDATE ON sale_reversal TO metermint_server;
ALTER TABLE sale_reversal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON sale_reversal USING (utility_id = current_utility())
    WITH CHECK (utility_id = current_utility());
