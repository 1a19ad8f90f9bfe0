-- What came back of which line of which sale: goods that come back twice are noticed by it.

CREATE TABLE returned_line (
  store TEXT NOT NULL,
  original TEXT NOT NULL,                     -- the transaction that sold it
  line_id BIGINT NOT NULL,
  till TEXT NOT NULL,                         -- where it came back
  transaction_id TEXT NOT NULL,
  return_line BIGINT NOT NULL,
  quantity BIGINT NOT NULL,                   -- thousandths, above 0
  PRIMARY KEY (store, original, line_id, till, transaction_id, return_line)
); -- keyed
