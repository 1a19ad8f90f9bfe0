-- The counter beyond one sale: sales put aside, training, the drawer's other money.

CREATE TABLE held (  -- sales put aside, of no shift: oldest first
  no      INTEGER PRIMARY KEY,
  held_id TEXT NOT NULL UNIQUE,               -- the sale's transaction id
  name    TEXT NOT NULL,
  held_by TEXT NOT NULL,
  held_at INTEGER NOT NULL,                   -- Unix ms
  body    TEXT NOT NULL                       -- as in draft
) STRICT;

ALTER TABLE draft ADD COLUMN training   INTEGER NOT NULL DEFAULT 0;  -- 1: what is sold is not recorded
ALTER TABLE shift ADD COLUMN cash_moved INTEGER NOT NULL DEFAULT 0;  -- in less out, without a sale
ALTER TABLE shift ADD COLUMN closing    INTEGER;                     -- journal.id of its last row
UPDATE shift SET closing = j.id FROM journal j
  WHERE j.type = 'shift.closed' AND j.at = shift.closed_at;
