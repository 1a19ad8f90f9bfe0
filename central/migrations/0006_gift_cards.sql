-- What is on each gift card: the sum of the rows gift.issued and gift.redeemed of all stores.

CREATE TABLE gift_card (
  card TEXT NOT NULL,
  currency TEXT NOT NULL,                     -- of the stores where it was used
  balance BIGINT NOT NULL,                    -- minor units
  told BIGINT NOT NULL,                       -- 1: its number is an id, so that tills hear of it
  version BIGINT NOT NULL,                    -- of meta.gift_version: max(last + 1, Unix ms)
  issued_at TEXT NOT NULL,                    -- when it was first heard of
  changed_at TEXT NOT NULL,
  PRIMARY KEY (card, currency)
); -- keyed
CREATE INDEX gift_card_version ON gift_card (currency, version, card);

-- What each row did to it, once.
CREATE TABLE gift_entry (
  card TEXT NOT NULL,
  currency TEXT NOT NULL,
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  transaction_id TEXT NOT NULL,               -- of the row
  sale_id TEXT NOT NULL,                      -- of the sale that it belongs to; empty: an older till's
  amount BIGINT NOT NULL,                     -- minor units: above 0 onto the card
  version BIGINT NOT NULL,                    -- of the card, with it
  PRIMARY KEY (card, currency, store, till, transaction_id)
); -- keyed

INSERT INTO meta (name, value) VALUES ('gift_version', '0');
