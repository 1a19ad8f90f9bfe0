-- Rules of the trade: tax, cash rounding, deposits.

ALTER TABLE till ADD COLUMN tax_mode       TEXT    NOT NULL DEFAULT 'inclusive';  -- exclusive
ALTER TABLE till ADD COLUMN tax_level      TEXT    NOT NULL DEFAULT 'receipt';    -- line
ALTER TABLE till ADD COLUMN rounding_step  INTEGER NOT NULL DEFAULT 1;            -- of cash, minor units; 1: none
ALTER TABLE till ADD COLUMN rounding_mode  TEXT    NOT NULL DEFAULT 'half_up';    -- half_down, up, down
ALTER TABLE till ADD COLUMN rounding_scope TEXT    NOT NULL DEFAULT 'cash';       -- all
ALTER TABLE till ADD COLUMN rounding_mixed TEXT    NOT NULL DEFAULT 'rest';       -- sum, exact
ALTER TABLE till ADD COLUMN rounding_above INTEGER NOT NULL DEFAULT 0;            -- sums up to this stay as they are
ALTER TABLE product ADD COLUMN deposit     TEXT    NOT NULL DEFAULT '';           -- the product sold along with it
