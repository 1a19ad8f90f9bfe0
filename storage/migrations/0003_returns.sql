-- What came back of which line of which sale. Written in the commit of the sale that took it back.

CREATE TABLE returned (
  return_id   INTEGER NOT NULL,               -- the sale that took it back
  return_line INTEGER NOT NULL,
  sale_id     INTEGER NOT NULL CHECK (sale_id < return_id),  -- the one that sold it
  line_id     INTEGER NOT NULL,
  quantity    INTEGER NOT NULL CHECK (quantity > 0),  -- thousandths
  total       INTEGER NOT NULL CHECK (total >= 0),    -- given back, tax included
  tax         INTEGER NOT NULL,
  discount    INTEGER NOT NULL,
  PRIMARY KEY (return_id, return_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX returned_of ON returned(sale_id, line_id);
