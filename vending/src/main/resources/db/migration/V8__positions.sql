-- What a tariff remembers of an account beside the units of a month: when a purchase moved it last, and, as JSON, how far
-- each charge is counted, what of it is due, and what was paid of a lifeline's loss. Null while there is nothing.
ALTER TABLE account ADD COLUMN position_at timestamptz, ADD COLUMN position_more jsonb;
