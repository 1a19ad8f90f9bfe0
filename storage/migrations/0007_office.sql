-- What the office decides: prices with a beginning and an end, products that change later, rules.

CREATE TABLE price (  -- of this store, in place of the catalogue's; the one that began last counts
  product_id     TEXT NOT NULL,
  effective_from TEXT NOT NULL,               -- a date of the store, or an instant in UTC; '': always
  effective_to   TEXT NOT NULL,               -- a date: its last day; an instant: it holds before it
  price          INTEGER NOT NULL,
  currency       TEXT NOT NULL,
  version        INTEGER NOT NULL,
  deleted        INTEGER NOT NULL,
  PRIMARY KEY (product_id, effective_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_later (  -- a product as it is to be; until then it is as it was
  product_id     TEXT PRIMARY KEY,
  effective_from TEXT NOT NULL,
  version        INTEGER NOT NULL,
  body           TEXT NOT NULL                -- as it came
) STRICT, WITHOUT ROWID;
CREATE INDEX product_later_from ON product_later(effective_from);

CREATE TABLE office_rule (  -- settings and promotions, as they came: appended, the last of each counts
  no      INTEGER PRIMARY KEY,                -- in the order in which they came
  kind    TEXT NOT NULL,                      -- settings, promotion
  id      TEXT NOT NULL,
  version INTEGER NOT NULL,
  body    TEXT NOT NULL
) STRICT;
CREATE INDEX office_rule_of ON office_rule(kind, id, no);

CREATE TABLE rules_taken (  -- from when on sales are reckoned by the rules up to `rule_no`
  no      INTEGER PRIMARY KEY,
  since   INTEGER NOT NULL,                   -- Unix ms: when the first of these sales began
  rule_no INTEGER NOT NULL
) STRICT;
