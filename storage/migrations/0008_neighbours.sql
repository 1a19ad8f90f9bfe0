-- What the store's other tills recorded, as it came over the leaf's STORELOG.

CREATE TABLE neighbour (  -- a row of theirs; or of a copy of this till that goes on by itself
  no             INTEGER PRIMARY KEY,         -- in the order in which they came
  till           TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  epoch          TEXT NOT NULL,               -- where it stood when it was seen last
  seq            INTEGER NOT NULL,
  type           TEXT NOT NULL,
  receipt        TEXT NOT NULL,               -- of a sale; else ''
  key_id         TEXT NOT NULL,
  hash           BLOB NOT NULL CHECK (length(hash) = 32),
  signature      BLOB NOT NULL CHECK (length(signature) = 64),
  body           TEXT NOT NULL,               -- the exact bytes, as they are carried
  heard_at       INTEGER NOT NULL,            -- Unix ms
  held           INTEGER NOT NULL DEFAULT 0,  -- central names it
  missed_at      INTEGER NOT NULL DEFAULT 0,  -- Unix ms: when central was asked first and did not
  UNIQUE (till, transaction_id)
) STRICT;
CREATE INDEX neighbour_open ON neighbour(no) WHERE held = 0;
CREATE INDEX neighbour_to_carry ON neighbour(till, epoch, seq) WHERE held = 0;
CREATE INDEX neighbour_receipt ON neighbour(receipt) WHERE receipt <> '';

CREATE TABLE neighbour_delta (  -- of the rows that central does not name yet
  product_id TEXT NOT NULL,
  no         INTEGER NOT NULL,
  quantity   INTEGER NOT NULL,                -- sold, thousandths
  PRIMARY KEY (product_id, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX neighbour_delta_of ON neighbour_delta(no);
