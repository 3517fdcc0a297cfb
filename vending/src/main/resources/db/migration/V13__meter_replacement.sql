-- Which meters an account had: position, debts and free units belong to the account and outlive a meter.
CREATE TABLE meter_replacement (
    utility_id   bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    account_id   bigint NOT NULL,
    old_meter_id bigint,
    new_meter_id bigint NOT NULL,
    at           timestamptz NOT NULL,
    client_id    text NOT NULL,
    reason       text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 200),
    PRIMARY KEY (utility_id, id),
    FOREIGN KEY (utility_id, account_id) REFERENCES account,
    FOREIGN KEY (utility_id, old_meter_id) REFERENCES meter,
    FOREIGN KEY (utility_id, new_meter_id) REFERENCES meter
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON meter_replacement FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON meter_replacement FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT ON meter_replacement TO metermint_server;
ALTER TABLE meter_replacement ENABLE ROW LEVEL SECURITY;
ALTER TABLE meter_replacement FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON meter_replacement USING (utility_id = current_utility())
    WITH CHECK (utility_id = current_utility());
