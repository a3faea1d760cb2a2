-- Points that head office set aside for this till, as it signed them. What was booked of them stands in the ledger.
CREATE TABLE replica_grant (
  row        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  customer   TEXT NOT NULL,
  program    TEXT NOT NULL,
  points     INTEGER NOT NULL,
  body       TEXT NOT NULL,
  signature  TEXT NOT NULL,
  -- 1: open at head office.
  open       INTEGER NOT NULL,
  hq_epoch   INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  generation INTEGER NOT NULL
) STRICT;
CREATE INDEX replica_grant_customer ON replica_grant (customer, program);
INSERT INTO shape_count (shape, rows) VALUES ('grant', 0);
CREATE TRIGGER count_grant_in AFTER INSERT ON replica_grant
BEGIN UPDATE shape_count SET rows = rows + 1 WHERE shape = 'grant'; END;
CREATE TRIGGER count_grant_out AFTER DELETE ON replica_grant
BEGIN UPDATE shape_count SET rows = rows - 1 WHERE shape = 'grant'; END;
