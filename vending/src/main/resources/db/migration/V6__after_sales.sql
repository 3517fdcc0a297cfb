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
