-- What is on gift cards. The rows that say so are in `journal` and `neighbour`, and only there; what
-- central has counted of them came down with its figure.

CREATE TABLE gift_card (  -- central's last word
  card    TEXT PRIMARY KEY,
  balance INTEGER NOT NULL,                   -- minor units of the till's currency
  version INTEGER NOT NULL                    -- Unix ms
) STRICT, WITHOUT ROWID;
CREATE TABLE gift_cover (  -- the rows that this figure already counts
  card  TEXT NOT NULL,
  till  TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq   INTEGER NOT NULL,
  PRIMARY KEY (card, till, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE gift_sale (  -- the store's sales whose money it counts: their claims count no second time
  card    TEXT NOT NULL,
  sale_id TEXT NOT NULL,                      -- a transaction id
  PRIMARY KEY (card, sale_id)
) STRICT, WITHOUT ROWID;

-- The rows of a card, by the text that follows `"card":"` in their bodies: the card and its closing
-- quote are at most 33 characters. (json_extract() would read better, and is none of the functions
-- that SQLite 3.40 lets a schema use.)
CREATE INDEX journal_gift ON journal(substr(body, instr(body, '"card":"') + 8, 33))
  WHERE type IN ('gift.issued', 'gift.redeemed');
CREATE INDEX neighbour_gift ON neighbour(substr(body, instr(body, '"card":"') + 8, 33))
  WHERE type IN ('gift.issued', 'gift.redeemed');
