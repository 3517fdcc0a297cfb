-- What a sale costs a database at least: one function call that allots the meter's identifier, writes the sale under a
-- unique key with three postings, and debits the vendor. pgbench calls it; `benchmarks/sale-rate` says how.
-- Variables: meters, vendors.

CREATE TABLE vendor (
    id          integer PRIMARY KEY,
    balance     bigint NOT NULL,
    credit_line bigint NOT NULL,
    CHECK (balance + credit_line >= 0)
) WITH (fillfactor = 50);

CREATE TABLE meter (
    id       integer PRIMARY KEY,
    pan      text NOT NULL UNIQUE,
    last_tid integer NOT NULL
) WITH (fillfactor = 80);

CREATE TABLE sale (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id  integer NOT NULL,
    request_id text NOT NULL,
    meter_id   integer NOT NULL,
    tender     bigint NOT NULL CHECK (tender > 0),
    tid        integer NOT NULL,
    sold_at    timestamptz NOT NULL,
    UNIQUE (client_id, request_id)
);

CREATE TABLE posting (
    sale_id    bigint NOT NULL,
    line       smallint NOT NULL,
    account_id integer NOT NULL,
    amount     bigint NOT NULL,
    PRIMARY KEY (sale_id, line)
);

CREATE FUNCTION sell(vendor_id integer, request text, of_meter integer, paid bigint) RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    next_tid integer;
    sale_id  bigint;
    tax      bigint := paid * 15 / 115;
BEGIN
    UPDATE meter SET last_tid = last_tid + 1 WHERE id = of_meter RETURNING last_tid INTO next_tid;
    INSERT INTO sale (client_id, request_id, meter_id, tender, tid, sold_at)
    VALUES (vendor_id, request, of_meter, paid, next_tid, now()) RETURNING id INTO sale_id;
    INSERT INTO posting VALUES (sale_id, 1, vendor_id, paid), (sale_id, 2, -1, tax - paid), (sale_id, 3, -2, -tax);
    UPDATE vendor SET balance = balance - paid WHERE id = vendor_id;
    RETURN sale_id;
END
$$;

INSERT INTO vendor SELECT n, 0, 1000000000000000 FROM generate_series(1, :vendors) n;
INSERT INTO meter SELECT n, '600727' || lpad(n::text, 12, '0'), 0 FROM generate_series(1, :meters) n;
VACUUM ANALYZE;
