-- What head office sent, beside what this till did itself. A rebuild leaves these tables alone.

-- Where this till stands in each list it follows. Rows and cursor commit together.
CREATE TABLE shape (
  shape      TEXT PRIMARY KEY,
  -- Of table and columns, and of how this app keeps them: where it differs, the cursor is worth nothing.
  definition TEXT NOT NULL,
  handle     TEXT,
  "offset"   TEXT NOT NULL,
  phase      TEXT NOT NULL CHECK (phase IN ('snapshot', 'live')),
  -- Counted up by every load from the start; rows of an older one go when the new load is complete.
  generation INTEGER NOT NULL,
  -- What the code that applies rows counted.
  rows       INTEGER NOT NULL,
  -- Trusted time at which the list was last complete; NULL: not yet.
  as_of      INTEGER
) STRICT, WITHOUT ROWID;

-- What is really there, counted by the triggers below: differs from shape.rows when something else removed rows.
CREATE TABLE shape_count (
  shape TEXT PRIMARY KEY,
  rows  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO shape_count (shape, rows)
  VALUES ('deny', 0), ('policy', 0), ('program', 0), ('account', 0), ('customer', 0);

CREATE TABLE replica_account (
  row        INTEGER PRIMARY KEY,
  customer   TEXT NOT NULL,
  program    TEXT NOT NULL,
  hq_epoch   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  -- 1: it left the list. Kept without its figures while this till has events of its own: "applied" tells which are in.
  gone       INTEGER NOT NULL DEFAULT 0,
  -- 1: asked for by itself; no list keeps it up to date.
  fetched    INTEGER NOT NULL DEFAULT 0,
  -- Trusted time at which it came.
  seen       INTEGER NOT NULL,
  -- Version of the posting function that made the state.
  fn         INTEGER NOT NULL,
  applied    TEXT NOT NULL,
  held       TEXT NOT NULL,
  state      TEXT NOT NULL,
  lines      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX replica_account_key ON replica_account (customer, program);

-- Another id of a customer, from head office's list (version above 0) or found out when this till was enrolled.
CREATE TABLE alias (
  row        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  root       TEXT NOT NULL,
  hq_epoch   INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL DEFAULT 0,
  generation INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alias_root ON alias (root);

CREATE TABLE replica_deny (
  row        INTEGER PRIMARY KEY,
  customer   TEXT NOT NULL UNIQUE,
  reason     TEXT NOT NULL,
  since      INTEGER NOT NULL,
  hq_epoch   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  generation INTEGER NOT NULL
) STRICT;

-- Programs (kind 'program', scope '') and policy (kind 'policy', scope: a store or '*').
CREATE TABLE replica_setting (
  row        INTEGER PRIMARY KEY,
  kind       TEXT NOT NULL CHECK (kind IN ('program', 'policy')),
  scope      TEXT NOT NULL,
  key        TEXT NOT NULL,
  value      TEXT NOT NULL,
  hq_epoch   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  UNIQUE (kind, scope, key)
) STRICT;

-- Customers of the directory stand in the one table of customers, so that one index finds everybody.
-- Version 0: not in head office's list. "own" 0: just as head office sent it; 1: made or changed by events of this till
-- that are not in head office's row. "applied": which events of this till are in it.
ALTER TABLE customer ADD COLUMN hq_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN hq_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN hq_generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN applied TEXT NOT NULL DEFAULT '{}';
UPDATE customer SET own = 1;
-- Two shops may have enrolled the same email or card; only what is typed here is refused.
DROP INDEX customer_email;
DROP INDEX customer_card;
CREATE INDEX customer_email ON customer (email) WHERE email IS NOT NULL;
CREATE INDEX customer_card ON customer (card) WHERE card IS NOT NULL;

-- A customer as head office sent them, where own later events changed the row: the next row, or a rebuild, starts here.
CREATE TABLE customer_as_sent (
  id              TEXT PRIMARY KEY,
  generation      INTEGER NOT NULL,
  name            TEXT NOT NULL,
  phone           TEXT,
  phone_reversed  TEXT,
  phone_typed     TEXT NOT NULL,
  email           TEXT,
  card            TEXT,
  birth           TEXT NOT NULL,
  note            TEXT NOT NULL,
  marketing       TEXT NOT NULL,
  consent_at      INTEGER,
  consent_wording TEXT NOT NULL,
  joined          INTEGER NOT NULL,
  version         INTEGER NOT NULL,
  sale_count      INTEGER NOT NULL,
  spend_kobo      INTEGER NOT NULL,
  last_sale       INTEGER
) STRICT, WITHOUT ROWID;

CREATE TRIGGER count_account_in AFTER INSERT ON replica_account
BEGIN UPDATE shape_count SET rows = rows + 1 WHERE shape = 'account'; END;
CREATE TRIGGER count_account_out AFTER DELETE ON replica_account
BEGIN UPDATE shape_count SET rows = rows - 1 WHERE shape = 'account'; END;
CREATE TRIGGER count_customer_in AFTER INSERT ON customer WHEN NEW.hq_version > 0
BEGIN UPDATE shape_count SET rows = rows + 1 WHERE shape = 'customer'; END;
CREATE TRIGGER count_customer_out AFTER DELETE ON customer WHEN OLD.hq_version > 0
BEGIN UPDATE shape_count SET rows = rows - 1 WHERE shape = 'customer'; END;
CREATE TRIGGER count_customer_changed AFTER UPDATE OF hq_version ON customer
  WHEN (OLD.hq_version > 0) <> (NEW.hq_version > 0)
BEGIN UPDATE shape_count SET rows = rows + iif(NEW.hq_version > 0, 1, -1) WHERE shape = 'customer'; END;
CREATE TRIGGER count_alias_in AFTER INSERT ON alias WHEN NEW.version > 0
BEGIN UPDATE shape_count SET rows = rows + 1 WHERE shape = 'customer'; END;
CREATE TRIGGER count_alias_out AFTER DELETE ON alias WHEN OLD.version > 0
BEGIN UPDATE shape_count SET rows = rows - 1 WHERE shape = 'customer'; END;
CREATE TRIGGER count_alias_changed AFTER UPDATE OF version ON alias
  WHEN (OLD.version > 0) <> (NEW.version > 0)
BEGIN UPDATE shape_count SET rows = rows + iif(NEW.version > 0, 1, -1) WHERE shape = 'customer'; END;
CREATE TRIGGER count_deny_in AFTER INSERT ON replica_deny
BEGIN UPDATE shape_count SET rows = rows + 1 WHERE shape = 'deny'; END;
CREATE TRIGGER count_deny_out AFTER DELETE ON replica_deny
BEGIN UPDATE shape_count SET rows = rows - 1 WHERE shape = 'deny'; END;
CREATE TRIGGER count_setting_in AFTER INSERT ON replica_setting
BEGIN UPDATE shape_count SET rows = rows + 1 WHERE shape = NEW.kind; END;
CREATE TRIGGER count_setting_out AFTER DELETE ON replica_setting
BEGIN UPDATE shape_count SET rows = rows - 1 WHERE shape = OLD.kind; END;
