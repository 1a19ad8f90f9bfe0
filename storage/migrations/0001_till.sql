-- The till's database, version 1. Never edited once released: a change is a new file.
-- Keys are integers that only grow, so that a sale touches the right edge of each tree and few pages.

CREATE TABLE till (  -- one row: who this till is, and where its chain and its numbers stand
  one              INTEGER PRIMARY KEY CHECK (one = 1),
  store            TEXT NOT NULL,
  till             TEXT NOT NULL,
  currency         TEXT NOT NULL,
  time_zone        TEXT NOT NULL,
  receipt_head     TEXT NOT NULL,             -- lines, newline-separated
  receipt_foot     TEXT NOT NULL,
  epoch_no         INTEGER NOT NULL,          -- the current epoch
  seq              INTEGER NOT NULL,          -- of its last row
  head             TEXT NOT NULL,             -- that row's hash, hex
  series           INTEGER NOT NULL,          -- of receipts: 1 = A
  number           INTEGER NOT NULL,          -- of the last receipt of the series
  z_number         INTEGER NOT NULL,          -- of the last closed shift
  grand_total      INTEGER NOT NULL,          -- minor units, of all sales since provisioning
  last_transaction TEXT NOT NULL              -- of the last row: the same one is never written twice
) STRICT;

CREATE TABLE epoch (  -- an incarnation of this database; a chain of rows each
  no          INTEGER PRIMARY KEY,
  epoch       TEXT NOT NULL UNIQUE,           -- 64-bit hex, random
  made_at     INTEGER NOT NULL,               -- Unix ms
  settled_seq INTEGER NOT NULL DEFAULT 0      -- central holds everything up to here, by its signature
) STRICT;

CREATE TABLE journal (  -- the facts: appended, never edited
  id             INTEGER PRIMARY KEY,         -- epoch_no << 40 | seq
  type           TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  sale_id        INTEGER,                     -- of a sale
  at             INTEGER NOT NULL,            -- Unix ms
  key_id         TEXT NOT NULL,
  hash           BLOB NOT NULL CHECK (length(hash) = 32),
  signature      BLOB NOT NULL CHECK (length(signature) = 64),
  body           TEXT NOT NULL                -- the exact bytes that were hashed and are sent
) STRICT;

CREATE TABLE outbox (  -- rows of the journal that central has not signed for
  id INTEGER PRIMARY KEY                      -- journal.id
) STRICT;

CREATE TABLE signing_key (  -- the public halves, for verify
  key_id     TEXT PRIMARY KEY,
  public_key BLOB NOT NULL CHECK (length(public_key) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale (
  id         INTEGER PRIMARY KEY,             -- series << 40 | number: its receipt
  journal_id INTEGER NOT NULL,
  shift_no   INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  cashier    TEXT NOT NULL,
  total      INTEGER NOT NULL,
  tax        INTEGER NOT NULL,
  rounding   INTEGER NOT NULL,
  tendered   INTEGER NOT NULL,                -- less the change
  lines      INTEGER NOT NULL,                -- sum of the lines' totals
  CHECK (lines + rounding = tendered AND total = tendered)
) STRICT;

CREATE TABLE sale_line (
  sale_id       INTEGER NOT NULL,
  line_id       INTEGER NOT NULL,
  product_id    TEXT NOT NULL,
  category      TEXT NOT NULL,
  quantity      INTEGER NOT NULL,             -- thousandths
  price         INTEGER NOT NULL,
  price_version INTEGER NOT NULL,
  discount      INTEGER NOT NULL,
  total         INTEGER NOT NULL,
  tax_rate      INTEGER NOT NULL,             -- parts per million
  tax           INTEGER NOT NULL,
  PRIMARY KEY (sale_id, line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tender (
  sale_id   INTEGER NOT NULL,
  no        INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  amount    INTEGER NOT NULL,
  change    INTEGER NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (sale_id, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift (
  no            INTEGER PRIMARY KEY,
  shift_id      TEXT NOT NULL,
  opened_by     TEXT NOT NULL,
  business_date TEXT NOT NULL,
  opened_at     INTEGER NOT NULL,
  float_amount  INTEGER NOT NULL,
  first_sale    INTEGER NOT NULL,             -- sale.id above which its sales are
  closed_at     INTEGER,
  z_number      INTEGER,
  counted       INTEGER
) STRICT;

CREATE TABLE draft (  -- the open sale; empty text: a sale was just recorded
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  body TEXT NOT NULL
) STRICT;

CREATE TABLE staff (
  staff_id TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  role     INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
  pin_hash TEXT NOT NULL,
  locked   INTEGER NOT NULL DEFAULT 0,
  version  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pin_guard (  -- wrong PINs in a row; written before the PIN is looked at
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  failures INTEGER NOT NULL,
  until    INTEGER NOT NULL                   -- Unix ms
) STRICT;

CREATE TABLE product (
  no             INTEGER PRIMARY KEY,
  product_id     TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL,
  codes          TEXT NOT NULL,               -- as printed, separated by spaces
  unit           TEXT NOT NULL,
  price          INTEGER NOT NULL,            -- 10^-price_scale minor units
  price_scale    INTEGER NOT NULL,
  tax_rate       INTEGER NOT NULL,
  category       TEXT NOT NULL,
  age_limit      INTEGER NOT NULL,
  open_price     INTEGER NOT NULL,
  colour         TEXT NOT NULL,
  tile           INTEGER NOT NULL,
  version        INTEGER NOT NULL,
  deleted        INTEGER NOT NULL
) STRICT;
CREATE INDEX product_tile ON product(tile) WHERE tile > 0;

CREATE TABLE product_code (
  code       TEXT PRIMARY KEY,                -- 14 digits for a GTIN, else as scanned
  product_no INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX product_code_product ON product_code(product_no);

CREATE VIRTUAL TABLE product_name USING fts5(
  name, content = '', detail = none, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2');

CREATE TABLE stock (  -- central's last word
  product_id TEXT PRIMARY KEY,
  on_hand    INTEGER NOT NULL,
  version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_cover (  -- the rows that this figure already counts
  product_id TEXT NOT NULL,
  till       TEXT NOT NULL,
  epoch      TEXT NOT NULL,
  seq        INTEGER NOT NULL,
  PRIMARY KEY (product_id, till, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE stock_delta (  -- of the sales in the outbox: what central has not settled
  journal_id INTEGER NOT NULL,
  product_id TEXT NOT NULL,
  quantity   INTEGER NOT NULL,                -- sold, thousandths
  PRIMARY KEY (journal_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (  -- small values of the sync core
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
