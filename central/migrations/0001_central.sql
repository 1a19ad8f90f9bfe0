-- The whole database of central, one text for SQLite and PostgreSQL. central/schema.h says how it is
-- fitted to each: for SQLite BIGINT becomes INTEGER, the identity clause goes, and a closing line
-- `);` becomes `) STRICT;` (`); -- keyed` becomes `) STRICT, WITHOUT ROWID;`); for PostgreSQL TEXT is
-- compared by bytes (COLLATE "C"). So: one column a line, and no other use of these words.
--
-- Instants are ISO 8601 in UTC as text, or Unix milliseconds where the name ends in _ms. Empty text
-- means "none". Quantities are thousandths, money is minor units, rates are parts per million.

-- generation, catalogue_version, sales_position, sales_created, down_published, downall_published …
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE store (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL DEFAULT 'EUR',
  time_zone TEXT NOT NULL DEFAULT 'UTC',
  pepper TEXT NOT NULL,                       -- base64 of 32 bytes
  receipt_head TEXT NOT NULL DEFAULT '',      -- lines, '\n' between
  receipt_foot TEXT NOT NULL DEFAULT '',
  settings TEXT NOT NULL DEFAULT '{}',        -- JSON
  settings_version BIGINT NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL
);

CREATE TABLE till (
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  state TEXT NOT NULL,                        -- pending, approved, revoked
  public_key TEXT NOT NULL DEFAULT '',        -- base64; the present one (all of them: till_key)
  key_id TEXT NOT NULL DEFAULT '',
  enrol_code_hash TEXT NOT NULL DEFAULT '',   -- hex SHA-256 of the one-time code; empty: used up
  nkey_public TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL DEFAULT '',
  approved_at TEXT NOT NULL DEFAULT '',
  last_receipt TEXT NOT NULL DEFAULT '',      -- the highest that central holds
  -- what its last beat said
  last_seen_at TEXT NOT NULL DEFAULT '',
  epoch TEXT NOT NULL DEFAULT '',
  seq BIGINT NOT NULL DEFAULT 0,
  beat_receipt TEXT NOT NULL DEFAULT '',
  pending BIGINT NOT NULL DEFAULT 0,
  oldest_pending_at TEXT NOT NULL DEFAULT '',
  app TEXT NOT NULL DEFAULT '',
  clock_skew_ms BIGINT NOT NULL DEFAULT 0,    -- its clock less ours
  PRIMARY KEY (store, till)
);

-- Every key a till ever had: rows signed with an older one still count, unless it was revoked: then
-- they wait until a person has looked.
CREATE TABLE till_key (
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  key_id TEXT NOT NULL,
  public_key TEXT NOT NULL,                   -- base64
  since TEXT NOT NULL,
  revoked BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (store, till, key_id)
);
CREATE INDEX till_key_id ON till_key (key_id);

CREATE TABLE staff (
  store TEXT NOT NULL,
  staff_id TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,                         -- cashier, supervisor, manager
  pin_hash TEXT NOT NULL,                     -- 64 hex
  version BIGINT NOT NULL,
  locked BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (store, staff_id)
);

CREATE TABLE product (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  codes TEXT NOT NULL DEFAULT '',             -- as printed, spaces between
  unit TEXT NOT NULL DEFAULT 'each',
  price BIGINT NOT NULL DEFAULT 0,
  price_scale BIGINT NOT NULL DEFAULT 0,
  currency TEXT NOT NULL DEFAULT '',
  tax_rate BIGINT NOT NULL DEFAULT 0,
  category TEXT NOT NULL DEFAULT '',
  age_limit BIGINT NOT NULL DEFAULT 0,
  open_price BIGINT NOT NULL DEFAULT 0,
  plu TEXT NOT NULL DEFAULT '',
  deposit TEXT NOT NULL DEFAULT '',
  colour TEXT NOT NULL DEFAULT '',
  tile BIGINT NOT NULL DEFAULT 0,
  picture TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL,                    -- of the catalogue's one counter (meta.catalogue_version)
  effective_from TEXT NOT NULL DEFAULT '',
  deleted BIGINT NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL DEFAULT '',
  updated_at TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX product_version ON product (version);

CREATE TABLE product_code (
  code TEXT PRIMARY KEY,                      -- normalised (pos/gtin.h)
  product_id TEXT NOT NULL
);
CREATE INDEX product_code_product ON product_code (product_id);

CREATE TABLE stock (
  store TEXT NOT NULL,
  product_id TEXT NOT NULL,
  on_hand BIGINT NOT NULL,
  version BIGINT NOT NULL,                    -- max(last + 1, Unix ms)
  PRIMARY KEY (store, product_id)
); -- keyed

CREATE TABLE delivery (
  store TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (store, delivery_id)
);
CREATE TABLE delivery_line (
  store TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  line BIGINT NOT NULL,
  product_id TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (store, delivery_id, line)
);

-- Contract 4.2: how far each chain of each till is held here.
CREATE TABLE chain (
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  epoch TEXT NOT NULL,
  mark BIGINT NOT NULL,
  head TEXT NOT NULL,                         -- hex hash of row `mark`
  changed_ms BIGINT NOT NULL,
  PRIMARY KEY (store, till, epoch)
);
-- The hash held at each place of a chain.
CREATE TABLE chain_row (
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (store, till, epoch, seq)
); -- keyed

-- Every row that took effect, once; epoch, seq and hash are those of its first coming.
CREATE TABLE journal_row (
  transaction_id TEXT NOT NULL,
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  type TEXT NOT NULL,
  kind TEXT NOT NULL,                         -- sale, return; empty for other rows
  receipt TEXT NOT NULL,
  business_date TEXT NOT NULL,
  at TEXT NOT NULL,
  cashier_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  total BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  carrier TEXT NOT NULL,                      -- the neighbour that carried it; empty: it came itself
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL,
  body TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  PRIMARY KEY (transaction_id, store, till)
);
CREATE INDEX journal_row_date ON journal_row (store, business_date, transaction_id);
CREATE INDEX journal_row_receipt ON journal_row (store, receipt) WHERE receipt <> '';

-- What people should look at. The same trouble again counts up instead of opening another.
CREATE TABLE problem (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  kind TEXT NOT NULL,
  store TEXT NOT NULL DEFAULT '',
  till TEXT NOT NULL DEFAULT '',
  transaction_id TEXT NOT NULL DEFAULT '',
  about TEXT NOT NULL DEFAULT '',             -- a product, a receipt, a hash
  text TEXT NOT NULL,
  times BIGINT NOT NULL DEFAULT 1,
  opened_at TEXT NOT NULL,
  resolved_at TEXT NOT NULL DEFAULT '',
  UNIQUE (kind, store, till, transaction_id, about)
);
CREATE INDEX problem_open ON problem (id) WHERE resolved_at = '';

-- Bytes that came and were not taken as a row: kept once for each reason and hash.
CREATE TABLE quarantine (
  reason TEXT NOT NULL,                       -- not_understood, conflict, refused: signed by their till;
  hash TEXT NOT NULL,                         -- bad_hash, bad_signature, wrong_owner …: by anyone
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq BIGINT NOT NULL,
  transaction_id TEXT NOT NULL,
  subject TEXT NOT NULL,                      -- base64, as are the headers: anyone may have sent them
  headers TEXT NOT NULL,
  body TEXT NOT NULL,                         -- base64
  times BIGINT NOT NULL DEFAULT 1,
  received_at TEXT NOT NULL,
  PRIMARY KEY (reason, hash)
);
CREATE INDEX quarantine_hash ON quarantine (hash);

-- Rows of a till whose key is not known (yet): applied when it is approved.
CREATE TABLE waiting (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,           -- SHA-256 over all of it
  store TEXT NOT NULL,
  till TEXT NOT NULL,
  key_id TEXT NOT NULL,
  epoch TEXT NOT NULL,
  seq BIGINT NOT NULL,
  carrier TEXT NOT NULL,
  headers TEXT NOT NULL,                      -- base64
  body TEXT NOT NULL,                         -- base64
  received_at TEXT NOT NULL
);
CREATE INDEX waiting_till ON waiting (store, till, epoch, seq);

-- Contract 4.11: what changed and is not yet published down. Publishing clears the mark only if the
-- version is still the one it read.
CREATE TABLE down_mark (
  subject TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '',            -- the epoch of an ack or a fork
  seq BIGINT NOT NULL DEFAULT 0,              -- of a fork
  late BIGINT NOT NULL DEFAULT 0,             -- 1: acks and forks, after everything else
  version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (subject, detail)
); -- keyed

-- Plain events for other services (contract section 6), until the stream has confirmed them.
CREATE TABLE event_outbox (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  subject TEXT NOT NULL,
  msg_id TEXT NOT NULL,
  body TEXT NOT NULL
);

CREATE TABLE shopping_list (
  id TEXT PRIMARY KEY,
  customer_id TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL,
  updated_at TEXT NOT NULL
);
CREATE TABLE shopping_list_item (
  list_id TEXT NOT NULL,
  line BIGINT NOT NULL,
  product_id TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  picked BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (list_id, line)
);
