-- Points that a till may redeem without asking: what was promised, and in which words head office signed it.
ALTER TABLE hq.lease ADD COLUMN granted_at bigint NOT NULL DEFAULT 0;
-- Null: made before grants were signed.
ALTER TABLE hq.lease ADD COLUMN body text;
ALTER TABLE hq.lease ADD COLUMN signature text;
-- 'default': so that a regular is served offline; 'sale': asked for while somebody waited.
ALTER TABLE hq.lease ADD COLUMN why text NOT NULL DEFAULT 'default';
CREATE INDEX lease_customer ON hq.lease (tenant_id, customer) WHERE closed_by IS NULL;

CREATE TABLE hq.sync_grant_v1 (
  tenant_id text NOT NULL,
  rid       bigint GENERATED ALWAYS AS IDENTITY,
  -- The till it was made to; no other one is told of it.
  device    text NOT NULL,
  id        text NOT NULL,
  customer  text NOT NULL,
  program   text NOT NULL,
  points    bigint NOT NULL,
  body      text NOT NULL,
  signature text NOT NULL,
  -- 'open', or 'closed' from head office's side: the till books its end and gives the rest back.
  state     text NOT NULL,
  hq_epoch  integer NOT NULL DEFAULT 0,
  version   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, device, id)
);
CREATE UNIQUE INDEX sync_grant_v1_page ON hq.sync_grant_v1 (tenant_id, device, rid);
CALL hq.protect('sync_grant_v1', 'insert, update, delete');
