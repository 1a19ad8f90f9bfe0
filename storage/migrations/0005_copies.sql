-- What was printed of a receipt beyond the one that its sale got: COPY n, also after a restart.

CREATE TABLE copies (
  receipt  TEXT PRIMARY KEY,
  receipts INTEGER NOT NULL DEFAULT 0,        -- reprints
  invoices INTEGER NOT NULL DEFAULT 0         -- the first is no copy
) STRICT, WITHOUT ROWID;
