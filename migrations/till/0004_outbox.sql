-- Head office, once this till belongs to it. Left alone by rebuild.
CREATE TABLE connection (
  one           INTEGER PRIMARY KEY CHECK (one = 1),
  url           TEXT NOT NULL,
  tenant        TEXT NOT NULL,
  tenant_name   TEXT NOT NULL,
  store         TEXT NOT NULL,
  store_name    TEXT NOT NULL,
  till_name     TEXT NOT NULL,
  device        TEXT NOT NULL,
  -- The newest epoch whose key head office knows.
  epoch         INTEGER NOT NULL,
  enrolled_at   INTEGER NOT NULL,
  hq_public_key TEXT NOT NULL,
  -- The last incarnation of head office that was seen, and the latest time it told: the clock never goes before that.
  hq_epoch      INTEGER NOT NULL,
  hq_time       INTEGER NOT NULL,
  payload_version_max INTEGER NOT NULL DEFAULT 1,
  receipt_at    INTEGER,
  receipt_head  TEXT,
  -- Sending stopped until a person has acted.
  stopped_code     TEXT,
  stopped_sentence TEXT,
  -- How the last reconciliation with head office ended.
  reconciled_at          INTEGER,
  reconciled_result      TEXT CHECK (reconciled_result IN ('equal', 'differs')),
  reconciled_differences INTEGER
) STRICT;

-- A code that waits for its answer. The request is signed by a key that the shell keeps already.
CREATE TABLE enrolment (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  command     TEXT NOT NULL,
  staff       TEXT NOT NULL,
  url         TEXT NOT NULL,
  code        TEXT NOT NULL,
  public_key  BLOB NOT NULL,
  body        TEXT NOT NULL,
  signature   TEXT NOT NULL,
  -- The last event of the chains so far that counts: what stands behind it is written again in the new epoch.
  after_place INTEGER NOT NULL
) STRICT;

-- What head office signed for: kept, because a head office that was restored takes the value dates from them.
CREATE TABLE receipt (
  epoch      INTEGER NOT NULL,
  from_seq   INTEGER NOT NULL,
  to_seq     INTEGER NOT NULL,
  from_place INTEGER NOT NULL,
  to_place   INTEGER NOT NULL,
  body       TEXT NOT NULL,
  signature  TEXT NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (epoch, from_seq, to_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_place ON receipt (from_place, to_place);

-- Own events that head office has and does not count yet.
CREATE TABLE held (
  place   INTEGER PRIMARY KEY,
  outcome TEXT NOT NULL,
  why     TEXT NOT NULL,
  points  INTEGER
) STRICT;
