-- What this till's own chain says of points set aside for it: booked once, used, given back. Recomputed by rebuild.
CREATE TABLE lease (
  id         TEXT PRIMARY KEY,
  customer   TEXT NOT NULL,
  program    TEXT NOT NULL,
  -- "device/epoch": worth something to this till in this epoch alone.
  holder     TEXT NOT NULL,
  points     INTEGER NOT NULL,
  expiry     INTEGER NOT NULL,
  -- Redeemed under it, less what this till undid.
  used       INTEGER NOT NULL DEFAULT 0,
  booked_at  INTEGER NOT NULL,
  -- Trusted time of the booking or of the last redemption under it.
  used_at    INTEGER NOT NULL,
  ended      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_open ON lease (customer) WHERE ended = 0;

-- The redemptions under a grant that has not ended: what an undoing gives back to it.
CREATE TABLE lease_use (
  event    TEXT PRIMARY KEY,
  lease    TEXT NOT NULL,
  points   INTEGER NOT NULL,
  returned INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_use_lease ON lease_use (lease);
