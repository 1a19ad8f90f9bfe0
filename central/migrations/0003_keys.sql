-- Keys that are replaced, and rows of keys that do not count, which a key that counts vouches for.

-- A key that its till replaced by another counts for the rows up to the change, in its epoch, and for
-- epochs that were known here by then. 0: it was not replaced.
ALTER TABLE till_key ADD COLUMN until_epoch TEXT NOT NULL DEFAULT '';
ALTER TABLE till_key ADD COLUMN until_seq BIGINT NOT NULL DEFAULT 0;

-- Hashes that a row signed with a key that counts has named as the end of an earlier epoch: each
-- stands for its row and for all before it, whatever key those have.
CREATE TABLE vouched (
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (store, till, epoch)
);
ALTER TABLE waiting ADD COLUMN vouched BIGINT NOT NULL DEFAULT 0;
