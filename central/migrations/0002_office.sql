-- What the office decides: prices of one store, and promotions. (A store's settings are in `store`.)
-- Versions are numbers of the catalogue's one counter.

CREATE TABLE price (
  store TEXT NOT NULL,
  product_id TEXT NOT NULL,
  effective_from TEXT NOT NULL,
  effective_to TEXT NOT NULL,
  price BIGINT NOT NULL,
  currency TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  PRIMARY KEY (store, product_id, effective_from)
);
CREATE INDEX price_version ON price (store, version);

CREATE TABLE promotion (
  id TEXT PRIMARY KEY,
  version BIGINT NOT NULL,
  stores TEXT NOT NULL,                       -- their ids, spaces between; empty: all
  deleted BIGINT NOT NULL,
  body TEXT NOT NULL                          -- as it goes down
);
CREATE INDEX promotion_version ON promotion (version);
