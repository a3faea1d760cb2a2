-- Programs as people of head office work on them. What tills follow stands in sync_program_v1.
CREATE TABLE hq.program (
  tenant_id  text NOT NULL,
  id         text NOT NULL,
  -- Settings that are not published yet; null: none.
  draft      text,
  -- Raised by every change: whoever changes it names the one they saw.
  mark       integer NOT NULL DEFAULT 0,
  changed_at bigint NOT NULL DEFAULT 0,
  changed_by text NOT NULL DEFAULT '',
  -- For which version and day the tiers of all accounts were looked at last.
  swept      text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id)
);
-- Every version that tills were ever told: it explains the points that were given by it.
CREATE TABLE hq.program_version (
  tenant_id    text NOT NULL,
  program      text NOT NULL,
  version      integer NOT NULL,
  settings     text NOT NULL,
  -- Null: from the beginning.
  published_at bigint,
  published_by text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, program, version)
);

-- The tier in which an account was seen last; no row: the lowest.
CREATE TABLE hq.tier_standing (
  tenant_id text NOT NULL,
  program   text NOT NULL,
  customer  text NOT NULL,
  tier      text NOT NULL,
  since     bigint NOT NULL,
  PRIMARY KEY (tenant_id, program, customer)
);
CREATE INDEX tier_standing_tier ON hq.tier_standing (tenant_id, program, tier);
CREATE TABLE hq.tier_change (
  tenant_id text NOT NULL,
  no        bigint GENERATED ALWAYS AS IDENTITY,
  customer  text NOT NULL,
  program   text NOT NULL,
  from_tier text NOT NULL,
  to_tier   text NOT NULL,
  at        bigint NOT NULL,
  -- The entry that did it; null: time did, or another version of the program.
  event     text,
  PRIMARY KEY (tenant_id, no)
);
CREATE INDEX tier_change_of ON hq.tier_change (tenant_id, customer, no);

CALL hq.protect('program', 'insert, update');
CALL hq.protect('program_version', 'insert');
CALL hq.protect('tier_standing', 'insert, update, delete');
CALL hq.protect('tier_change', 'insert');
