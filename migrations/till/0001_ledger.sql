-- The truth: one append-only table. Everything a person or a device did is a row here and stays as written.
CREATE TABLE event (
  place     INTEGER PRIMARY KEY,
  epoch     INTEGER NOT NULL,
  seq       INTEGER NOT NULL,
  id        TEXT NOT NULL,
  kind      TEXT NOT NULL,
  staff     TEXT NOT NULL,
  customer  TEXT,
  trusted   INTEGER NOT NULL,
  bytes     BLOB NOT NULL,
  prev_hash BLOB NOT NULL,
  hash      BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
-- An id is unique within an epoch: after a restore the same command is re-issued under a new epoch.
CREATE UNIQUE INDEX event_id ON event (id, epoch);
CREATE INDEX event_customer ON event (customer, place) WHERE customer IS NOT NULL;
CREATE INDEX event_trusted ON event (trusted);
-- The few events a manager counts, without the many that a sale or an import makes.
CREATE INDEX event_notable ON event (kind, trusted)
  WHERE staff <> 'import' AND kind NOT IN ('sale.recorded', 'points.earned', 'points.redeemed');

-- Chains of this till. A new epoch begins after a restore, a recovery or a broken chain.
CREATE TABLE epoch (
  epoch       INTEGER PRIMARY KEY,
  device      TEXT NOT NULL,
  public_key  BLOB NOT NULL,
  first_place INTEGER NOT NULL,
  -- Events of this epoch behind this place do not count (chain broken there); NULL: all count.
  last_place  INTEGER
) STRICT;

CREATE TRIGGER event_is_gapless BEFORE INSERT ON event
BEGIN
  SELECT RAISE(ABORT, 'an event must follow the one before it')
  WHERE NEW.place <> coalesce((SELECT max(place) FROM event), 0) + 1
     OR NEW.seq <> NEW.place - (SELECT first_place FROM epoch WHERE epoch = NEW.epoch) + 1
     OR NEW.epoch <> (SELECT max(epoch) FROM epoch);
END;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;

-- Personal values of an event, beside it: the payload holds a salted commitment, so a row can be blanked
-- (salt and json NULL) while the chain still verifies.
CREATE TABLE personal (
  event TEXT PRIMARY KEY,
  salt  BLOB,
  json  TEXT
) STRICT, WITHOUT ROWID;

-- What belongs to this till alone and is neither truth nor projection.
CREATE TABLE till (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE clock (
  one                INTEGER PRIMARY KEY CHECK (one = 1),
  floor_ms           INTEGER NOT NULL,
  floor_monotonic_ms REAL NOT NULL,
  boot_id            TEXT NOT NULL,
  confirmed_ms       INTEGER,
  hlc                TEXT NOT NULL
) STRICT;
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  staff      TEXT NOT NULL,
  touched_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_in_throttle (
  staff           TEXT PRIMARY KEY,
  failures        INTEGER NOT NULL,
  locked_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Projections: recomputed from the events by rebuild.
CREATE TABLE customer (
  row             INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  generation      INTEGER NOT NULL,
  name            TEXT NOT NULL,
  phone           TEXT,
  phone_reversed  TEXT,
  phone_typed     TEXT NOT NULL,
  email           TEXT,
  card            TEXT,
  birth           TEXT NOT NULL,
  note            TEXT NOT NULL,
  marketing       TEXT NOT NULL CHECK (marketing IN ('yes', 'no', 'not_asked')),
  consent_at      INTEGER,
  consent_wording TEXT NOT NULL,
  joined          INTEGER NOT NULL,
  version         INTEGER NOT NULL,
  sale_count      INTEGER NOT NULL DEFAULT 0,
  spend_kobo      INTEGER NOT NULL DEFAULT 0,
  last_sale       INTEGER,
  -- Of the default program, as the last posting left it: lists need no account. Holds until points_until.
  points          INTEGER NOT NULL DEFAULT 0,
  points_until    INTEGER,
  lifetime        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX customer_phone ON customer (phone) WHERE phone IS NOT NULL;
CREATE INDEX customer_phone_reversed ON customer (phone_reversed) WHERE phone_reversed IS NOT NULL;
CREATE UNIQUE INDEX customer_email ON customer (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX customer_card ON customer (card) WHERE card IS NOT NULL;
CREATE VIRTUAL TABLE customer_name USING fts5(
  words, content='', contentless_delete=1, detail='none', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
);

CREATE TABLE account (
  customer TEXT NOT NULL,
  program  TEXT NOT NULL,
  state    TEXT NOT NULL,
  PRIMARY KEY (customer, program)
) STRICT, WITHOUT ROWID;

CREATE TABLE line (
  customer  TEXT NOT NULL,
  program   TEXT NOT NULL,
  -- Order in which lines were added to the account.
  line_no   INTEGER NOT NULL,
  event     TEXT NOT NULL,
  post_no   INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  points    INTEGER NOT NULL,
  reversed  INTEGER NOT NULL,
  slices    TEXT NOT NULL,
  lot       TEXT,
  sale      TEXT,
  rule      TEXT NOT NULL,
  effective INTEGER NOT NULL,
  why       TEXT NOT NULL,
  once_key  TEXT,
  month     TEXT,
  PRIMARY KEY (customer, program, line_no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX line_event ON line (event, customer);

CREATE TABLE sale (
  id            TEXT PRIMARY KEY,
  place         INTEGER NOT NULL,
  customer      TEXT,
  at            INTEGER NOT NULL,
  business_date TEXT NOT NULL,
  hour          INTEGER NOT NULL,
  gross_kobo    INTEGER NOT NULL,
  net_kobo      INTEGER NOT NULL,
  earned        INTEGER NOT NULL,
  redeemed      INTEGER NOT NULL,
  receipt       TEXT NOT NULL,
  channel       TEXT NOT NULL,
  staff         TEXT NOT NULL,
  imported      INTEGER NOT NULL,
  void_event    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_day ON sale (business_date, receipt);
CREATE INDEX sale_customer ON sale (customer, at) WHERE customer IS NOT NULL;

CREATE TABLE staff (
  id       TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  role     TEXT NOT NULL,
  active   INTEGER NOT NULL,
  pin_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
