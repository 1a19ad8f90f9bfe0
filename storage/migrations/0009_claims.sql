-- What must happen once in a store of several tills.

CREATE TABLE store_return (  -- what came back, where the receipt or the return is another till's
  receipt        TEXT NOT NULL,               -- of the sale that sold it
  transaction_id TEXT NOT NULL,               -- of the sale that took it back
  return_line    INTEGER NOT NULL,
  original       TEXT NOT NULL,               -- the transaction that `receipt` names
  till           TEXT NOT NULL,               -- where it came back
  line_id        INTEGER NOT NULL,            -- of the sale that sold it
  quantity       INTEGER NOT NULL CHECK (quantity > 0),  -- thousandths
  total          INTEGER NOT NULL,            -- given back, tax included
  tax            INTEGER NOT NULL,
  discount       INTEGER NOT NULL,
  PRIMARY KEY (receipt, transaction_id, return_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX store_return_by ON store_return(transaction_id);

CREATE TABLE claim (  -- asked of the leaf for a sale that is not recorded yet
  thing  TEXT NOT NULL,                       -- what is shared: a sale's transaction id, …
  by     TEXT NOT NULL,                       -- the sale that needs it
  wanted TEXT NOT NULL,                       -- "1:1000,2:500": line and portion, as asked last
  PRIMARY KEY (thing, by)
) STRICT, WITHOUT ROWID;

CREATE TABLE store_held (  -- a sale that a neighbour put aside
  hold_id TEXT PRIMARY KEY,                   -- the transaction that put it aside
  till    TEXT NOT NULL,
  held_by TEXT NOT NULL,
  held_at INTEGER NOT NULL,                   -- Unix ms, by that till's clock
  body    TEXT NOT NULL,                      -- its draft; '': it is over, or nobody can take it up
  over    INTEGER NOT NULL DEFAULT 0          -- somebody has taken it up
) STRICT, WITHOUT ROWID;
CREATE INDEX store_held_open ON store_held(held_at) WHERE over = 0;

ALTER TABLE held ADD COLUMN hold_id TEXT NOT NULL DEFAULT '';  -- the transaction that put it aside
ALTER TABLE held ADD COLUMN told INTEGER NOT NULL DEFAULT 0;   -- others may have heard of it
