-- Catalogue and storage: a keystroke's prefix of up to eight letters is one list that is read in
-- order, and no longer a merge of every word that begins so.

DROP TABLE product_name;
CREATE VIRTUAL TABLE product_name USING fts5(
  name, content = '', detail = none, prefix = '1 2 3 4 5 6 7 8',
  tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO product_name (rowid, name) SELECT no, name FROM product;

-- How far central had signed for an epoch on a day: a row is pruned when it was settled for long,
-- and still is.
CREATE TABLE settled_mark (
  epoch_no INTEGER NOT NULL,
  day      TEXT NOT NULL,                     -- of UTC
  seq      INTEGER NOT NULL,
  PRIMARY KEY (epoch_no, day)
) STRICT, WITHOUT ROWID;
