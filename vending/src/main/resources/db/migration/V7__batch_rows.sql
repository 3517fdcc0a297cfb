-- What a batch of sales costs whatever its size: rows arrive as one array of these types instead of an array for each
-- column, and a constraint that is read anew for each statement is shorter.

CREATE TYPE new_request AS (
    client_id text, request_id text, body_sha256 bytea, received_at timestamptz, sale_id uuid, refusal_code text,
    refusal_detail text
);

CREATE TYPE new_sale AS (
    id uuid, receipt_number bigint, client_id text, vendor_code text, request_id text, received_at timestamptz,
    account_id bigint, meter_id bigint, previous_sale_id uuid, payment text, operator text, terminal text,
    shift_id bigint, commission bigint, commission_net boolean, tender bigint, asked_tenths bigint, service text,
    tariff_id text, tariff_version integer, position_month date, position_units numeric, units_after numeric,
    assessment text, credit text, credit_steps bigint, pan text, algorithm smallint, supply_group text,
    key_revision smallint, tariff_index smallint, key_type smallint, base_date smallint, tid integer,
    from_supply_group text, from_key_revision smallint, from_tariff_index smallint, from_key_type smallint,
    key_change_tokens smallint, key_change_message_id uuid
);

CREATE TYPE new_journal_entry AS (
    id uuid, kind text, sale_id uuid, shift_id bigint, booked_at timestamptz, accounts bigint[], amounts bigint[]
);

CREATE TYPE new_sale_outcome AS (
    sale_id uuid, state text, decided_at timestamptz, key_change_tokens text[], credit_token text, test_only boolean
);

CREATE TYPE new_outbox AS (at timestamptz, kind text, meter_id bigint, subject uuid);

-- The sum of up to eight amounts, as most entries have them, is written out; a function costs more than the rest of a
-- row, and more amounts written out cost each statement the reading of them.
CREATE FUNCTION sums_to_zero(amounts bigint[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT sum(a) = 0 FROM unnest(amounts) AS a);

DO $$
BEGIN
    EXECUTE format('ALTER TABLE journal_entry DROP CONSTRAINT entry_balances, ADD CONSTRAINT entry_balances CHECK '
        '(CASE WHEN cardinality(amounts) <= 8 THEN %s = 0 ELSE sums_to_zero(amounts) END)',
        (SELECT string_agg(format('coalesce(amounts[%s], 0)', n), ' + ' ORDER BY n) FROM generate_series(1, 8) AS n));
END
$$;

-- Asked every few seconds for each client: a function of this language keeps its plan, one of SQL plans at each call.
CREATE OR REPLACE FUNCTION client_credential(wanted text)
    RETURNS TABLE (client_id text, utility_id bigint, vendor_code text, role text, secret_sha256 bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = metermint, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT c.client_id, c.utility_id, c.vendor_code, c.role, c.secret_sha256
    FROM client c WHERE c.client_id = wanted AND c.disabled_at IS NULL;
END
$$;
