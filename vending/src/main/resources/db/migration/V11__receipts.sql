-- What a utility says of itself on receipts. Sales are printed with the version that was in force when they were made, so
-- that a copy is the receipt once more.
CREATE TABLE letterhead (
    utility_id     bigint NOT NULL REFERENCES utility,
    version        integer NOT NULL CHECK (version >= 1),
    effective_from timestamptz NOT NULL,
    name           text CHECK (char_length(name) BETWEEN 1 AND 120),
    address        text[] NOT NULL CHECK (cardinality(address) <= 4),
    tax_number     text CHECK (char_length(tax_number) BETWEEN 1 AND 32),
    telephone      text CHECK (char_length(telephone) BETWEEN 1 AND 40),
    invoice_title  text CHECK (char_length(invoice_title) BETWEEN 1 AND 60),
    message        text CHECK (char_length(message) BETWEEN 1 AND 160),
    customer       text NOT NULL CHECK (customer IN ('NAME_AND_ADDRESS', 'NAME', 'MASKED', 'NONE')),
    PRIMARY KEY (utility_id, version),
    CONSTRAINT invoice_has_tax_number CHECK (invoice_title IS NULL OR tax_number IS NOT NULL)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON letterhead FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON letterhead FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT ON letterhead TO metermint_server;
ALTER TABLE letterhead ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON letterhead USING (utility_id = current_utility()) WITH CHECK (utility_id = current_utility());

-- What the customers of a vendor pay for each sale beside what they buy, in minor units; most is null without a limit.
CREATE TABLE channel_fee (
    utility_id     bigint NOT NULL,
    vendor_code    text NOT NULL,
    version        integer NOT NULL CHECK (version >= 1),
    effective_from timestamptz NOT NULL,
    per_sale       bigint NOT NULL CHECK (per_sale >= 0),
    percent        numeric(6, 4) NOT NULL CHECK (percent BETWEEN 0 AND 50),
    most           bigint CHECK (most >= per_sale),
    PRIMARY KEY (utility_id, vendor_code, version),
    FOREIGN KEY (utility_id, vendor_code) REFERENCES vendor
);

CREATE TRIGGER revision AFTER INSERT ON channel_fee FOR EACH STATEMENT EXECUTE FUNCTION touch_utility();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON channel_fee FOR EACH ROW EXECUTE FUNCTION forbid_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON channel_fee FOR EACH STATEMENT EXECUTE FUNCTION forbid_change();
GRANT SELECT, INSERT ON channel_fee TO metermint_server;
ALTER TABLE channel_fee ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON channel_fee USING (utility_id = current_utility()) WITH CHECK (utility_id = current_utility());
