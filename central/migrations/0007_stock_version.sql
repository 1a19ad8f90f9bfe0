-- What hello asks for: the highest version of a store's stock.

CREATE INDEX stock_version ON stock (store, version);
