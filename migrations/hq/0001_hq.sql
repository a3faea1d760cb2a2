-- Head office. Every table is led by tenant_id and row-level security is forced: the server works as kasuwa_app, which
-- can neither bypass it nor change the structure. A transaction names its tenant by the setting kasuwa.tenant.
-- Later files only add: a column with a default or one that may be null, never one less. Older backups are restored into
-- what stands here then.
-- Ids, hashes and keys are lower-case hex; times are ms since 1970; money is kobo (minor units).
CREATE SCHEMA IF NOT EXISTS hq;

-- What belongs to this database as a whole and to no tenant.
CREATE TABLE hq.incarnation (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- Raised by every restore from a backup: versions of rows compare as (hq_epoch, version).
  hq_epoch  integer NOT NULL,
  -- Part of every shape handle; new whenever the change log begins anew.
  feed      text NOT NULL,
  -- Signs access tokens; the same for every instance.
  token_key bytea NOT NULL
);

CREATE TABLE hq.tenant (
  tenant_id     text PRIMARY KEY CHECK (tenant_id <> ''),
  name          text NOT NULL,
  currency      text NOT NULL DEFAULT 'NGN',
  minor_digits  integer NOT NULL DEFAULT 2,
  time_zone     text NOT NULL DEFAULT 'Africa/Lagos',
  phone_region  text NOT NULL DEFAULT 'NG',
  -- Key of the customer ids (64 hex), and the Ed25519 key of receipts, packages and own events (PKCS8 DER, base64).
  identity_key  text NOT NULL,
  signing_key   text NOT NULL,
  public_key    text NOT NULL,
  -- Accounts go to every till of the tenant, or to tills of the stores where the customer was seen.
  account_scope text NOT NULL DEFAULT 'tenant' CHECK (account_scope IN ('tenant', 'store')),
  -- Everything before this has arrived: never moves back.
  settled_until bigint NOT NULL DEFAULT 0,
  created_at    bigint NOT NULL
);

CREATE TABLE hq.store (
  tenant_id text NOT NULL REFERENCES hq.tenant,
  id        text NOT NULL,
  name      text NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE hq.device (
  tenant_id      text NOT NULL,
  id             text NOT NULL,
  -- 'hq': a pseudo-device, for the events that head office writes itself.
  kind           text NOT NULL CHECK (kind IN ('till', 'hq')),
  store          text,
  name           text NOT NULL,
  state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'revoked', 'written_off')),
  -- It was stopped and enrolled again: keys of epochs before this one are nobody's we trust.
  keys_from      integer NOT NULL DEFAULT 0,
  -- Under what it made ids of customers before it was enrolled: the proof of an alias.
  alone_tenant   text,
  alone_key      text,
  -- lost, stolen, or why else; by whom stands in the audit.
  state_reason   text NOT NULL DEFAULT '',
  app_version    text NOT NULL DEFAULT '',
  enrolled_at    bigint NOT NULL,
  last_contact   bigint,
  last_receipt   bigint,
  -- received_at never goes back for one device.
  last_received  bigint NOT NULL DEFAULT 0,
  -- Nothing still to come from it is earlier than this.
  settled        bigint NOT NULL DEFAULT 0,
  waiting        integer NOT NULL DEFAULT 0,
  oldest_waiting bigint,
  clock_skew_ms  bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, store) REFERENCES hq.store
);
CREATE UNIQUE INDEX device_anywhere ON hq.device (id);

CREATE TABLE hq.device_epoch (
  tenant_id     text NOT NULL,
  device        text NOT NULL,
  epoch         integer NOT NULL,
  -- The tenant that stands in the envelopes: another one where the till worked alone before it was enrolled.
  chain_tenant  text NOT NULL,
  -- The device that stands in the envelopes.
  chain_device  text NOT NULL,
  public_key    text NOT NULL,
  opened_at     bigint NOT NULL,
  closed_at     bigint,
  -- Every seq up to here has exactly one outcome.
  cursor        integer NOT NULL DEFAULT 0,
  head_hash     text NOT NULL,
  last_effective bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, device, epoch),
  FOREIGN KEY (tenant_id, device) REFERENCES hq.device
);

CREATE TABLE hq.enrol_code (
  tenant_id  text NOT NULL,
  code_hash  text NOT NULL,
  store      text NOT NULL,
  till_name  text NOT NULL,
  -- Set: this till is enrolled again. Null: a till that is new here.
  device     text,
  made_by    text NOT NULL,
  made_at    bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at    bigint,
  -- The key that used it: the same request again gets the same answer.
  used_key   text,
  used_device text,
  PRIMARY KEY (tenant_id, code_hash),
  FOREIGN KEY (tenant_id, store) REFERENCES hq.store
);
CREATE UNIQUE INDEX enrol_code_anywhere ON hq.enrol_code (code_hash);

-- A challenge is good for one token.
CREATE TABLE hq.challenge (
  tenant_id  text NOT NULL,
  challenge  text NOT NULL,
  device     text NOT NULL,
  epoch      integer NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, challenge)
);

-- The ledgers as received. The bytes are kept as they came and never changed.
CREATE TABLE hq.event (
  tenant_id    text NOT NULL,
  device       text NOT NULL,
  epoch        integer NOT NULL,
  seq          integer NOT NULL,
  -- Null where the bytes cannot be read.
  id           text,
  kind         text NOT NULL,
  customer     text,
  program      text,
  staff        text NOT NULL,
  trusted      bigint NOT NULL,
  received_at  bigint NOT NULL,
  effective_at bigint NOT NULL,
  bytes        bytea NOT NULL,
  hash         text NOT NULL,
  signature    text NOT NULL,
  -- posted; repeated: the same event under another envelope, counted once; quarantined: by its bytes alone; withheld: for a person.
  outcome      text NOT NULL CHECK (outcome IN ('posted', 'repeated', 'quarantined', 'withheld')),
  why          text NOT NULL DEFAULT '',
  -- Hash of kind, version and payload: what "same content" means.
  content      text NOT NULL,
  -- What it would move while it is held, signed.
  points       integer,
  -- Of a sale, before points; null of anything else, and where that cannot be read.
  gross_kobo   bigint,
  -- When a held one was released, and by whom.
  released_at  bigint,
  PRIMARY KEY (tenant_id, device, epoch, seq)
);
-- One event of an id counts.
CREATE UNIQUE INDEX event_posted_id ON hq.event (tenant_id, id) WHERE outcome = 'posted';
CREATE INDEX event_id ON hq.event (tenant_id, id);
CREATE INDEX event_customer ON hq.event (tenant_id, customer, received_at) WHERE customer IS NOT NULL;
CREATE INDEX event_received ON hq.event (tenant_id, received_at, device, epoch, seq);
CREATE INDEX event_kind ON hq.event (tenant_id, kind, received_at, device, epoch, seq);
CREATE INDEX event_device ON hq.event (tenant_id, device, received_at, epoch, seq);
CREATE INDEX event_held ON hq.event (tenant_id, outcome) WHERE outcome IN ('quarantined', 'withheld');

CREATE TABLE hq.event_personal (
  tenant_id text NOT NULL,
  event     text NOT NULL,
  -- Both null: blanked.
  salt      text,
  json      text,
  PRIMARY KEY (tenant_id, event)
);

-- Other content under a place that is known: kept aside, counted nowhere.
CREATE TABLE hq.fork_event (
  tenant_id   text NOT NULL,
  device      text NOT NULL,
  epoch       integer NOT NULL,
  seq         integer NOT NULL,
  hash        text NOT NULL,
  received_at bigint NOT NULL,
  bytes       bytea NOT NULL,
  signature   text NOT NULL,
  PRIMARY KEY (tenant_id, device, epoch, seq, hash)
);

CREATE TABLE hq.customer (
  tenant_id       text NOT NULL,
  id              text NOT NULL,
  public_id       text NOT NULL,
  merged_into     text,
  generation      integer NOT NULL DEFAULT 0,
  name            text NOT NULL DEFAULT '',
  phone           text,
  phone_typed     text NOT NULL DEFAULT '',
  email           text,
  card            text,
  birth           text NOT NULL DEFAULT '',
  note            text NOT NULL DEFAULT '',
  marketing       text NOT NULL DEFAULT 'not_asked',
  consent_at      bigint,
  consent_wording text NOT NULL DEFAULT '',
  joined          bigint NOT NULL,
  sale_count      integer NOT NULL DEFAULT 0,
  spend_kobo      bigint NOT NULL DEFAULT 0,
  last_sale       bigint,
  -- {"device/epoch": seq} of the events that are in this row.
  applied         jsonb NOT NULL DEFAULT '{}',
  -- Stores where this customer was seen, with the last time.
  seen            jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX customer_public ON hq.customer (tenant_id, public_id);
CREATE INDEX customer_phone ON hq.customer (tenant_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX customer_name ON hq.customer (tenant_id, lower(name));
CREATE INDEX customer_joined ON hq.customer (tenant_id, joined);

-- By what a person finds a customer: n and the name from each of its words on, p and the phone, r and the phone from its
-- end, c and the card, e and the e-mail. Row-level security lets no index on lower() or LIKE be used, and the beginning
-- of a text is a stretch of this one.
CREATE TABLE hq.customer_key (
  tenant_id text NOT NULL,
  key       text COLLATE "C" NOT NULL,
  customer  text NOT NULL,
  PRIMARY KEY (tenant_id, key, customer)
);
CREATE INDEX customer_key_of ON hq.customer_key (tenant_id, customer);
CREATE FUNCTION hq.keep_customer_keys() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  words text[] := string_to_array(lower(NEW.name), ' ');
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.name, OLD.phone, OLD.card, OLD.email) IS NOT DISTINCT FROM (NEW.name, NEW.phone, NEW.card, NEW.email) THEN
      RETURN NULL;
    END IF;
    DELETE FROM hq.customer_key k WHERE k.tenant_id = NEW.tenant_id AND k.customer = NEW.id;
  END IF;
  INSERT INTO hq.customer_key (tenant_id, key, customer)
  SELECT NEW.tenant_id, found.key, NEW.id FROM (
    SELECT 'n' || left(array_to_string(words[i:], ' '), 300) AS key FROM generate_subscripts(words, 1) AS i WHERE words[i] <> ''
    UNION SELECT 'p' || NEW.phone UNION SELECT 'r' || reverse(NEW.phone)
    UNION SELECT 'c' || lower(NEW.card) UNION SELECT 'e' || lower(NEW.email)) AS found
  WHERE found.key IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_customer_keys AFTER INSERT OR UPDATE OF name, phone, card, email ON hq.customer
  FOR EACH ROW EXECUTE FUNCTION hq.keep_customer_keys();

-- Another id of a customer: of a till that worked alone, or merged. `root` is never an alias itself.
CREATE TABLE hq.alias (
  tenant_id text NOT NULL,
  id        text NOT NULL,
  root      text NOT NULL,
  because   text NOT NULL CHECK (because IN ('worked_alone', 'merged')),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX alias_root ON hq.alias (tenant_id, root);

CREATE TABLE hq.account (
  tenant_id text NOT NULL,
  customer  text NOT NULL,
  program   text NOT NULL,
  state     jsonb NOT NULL,
  applied   jsonb NOT NULL DEFAULT '{}',
  held      jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (tenant_id, customer, program)
);

-- Each posting on an account by its number, with all that `post` was told besides the event: replayed by verify.
CREATE TABLE hq.posting (
  tenant_id     text NOT NULL,
  customer      text NOT NULL,
  program       text NOT NULL,
  post_no       integer NOT NULL,
  -- 'event': an event; 'merge': the account of another id was joined, whose id stands in event.
  what          text NOT NULL DEFAULT 'event' CHECK (what IN ('event', 'merge')),
  event         text NOT NULL,
  effective     bigint NOT NULL,
  settled_until bigint NOT NULL,
  sale_reversed boolean NOT NULL,
  PRIMARY KEY (tenant_id, customer, program, post_no)
);
CREATE INDEX posting_event ON hq.posting (tenant_id, event);

CREATE TABLE hq.line (
  tenant_id text NOT NULL,
  customer  text NOT NULL,
  program   text NOT NULL,
  line_no   integer NOT NULL,
  event     text NOT NULL,
  post_no   integer NOT NULL,
  kind      text NOT NULL,
  points    bigint NOT NULL,
  reversed  bigint NOT NULL,
  slices    jsonb NOT NULL,
  lot       text,
  sale      text,
  rule      text NOT NULL,
  effective bigint NOT NULL,
  why       text NOT NULL,
  once_key  text,
  month     text,
  PRIMARY KEY (tenant_id, customer, program, line_no)
);
CREATE UNIQUE INDEX line_event ON hq.line (tenant_id, event, customer, program);
CREATE INDEX line_sale ON hq.line (tenant_id, sale) WHERE sale IS NOT NULL;

CREATE TABLE hq.sale (
  tenant_id   text NOT NULL,
  id          text NOT NULL,
  customer    text,
  store       text,
  device      text NOT NULL,
  at          bigint NOT NULL,
  gross_kobo  bigint NOT NULL,
  net_kobo    bigint NOT NULL,
  channel     text NOT NULL,
  receipt     text NOT NULL,
  staff       text NOT NULL,
  imported    boolean NOT NULL,
  void_event  text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX sale_customer ON hq.sale (tenant_id, customer, at) WHERE customer IS NOT NULL;
CREATE INDEX sale_at ON hq.sale (tenant_id, at);

CREATE TABLE hq.lease (
  tenant_id text NOT NULL,
  id        text NOT NULL,
  customer  text NOT NULL,
  program   text NOT NULL,
  -- "device/epoch".
  holder    text NOT NULL,
  points    bigint NOT NULL,
  closed_by text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX lease_holder ON hq.lease (tenant_id, holder) WHERE closed_by IS NULL;

-- How many accounts of other stores a till has asked for, and since when.
CREATE TABLE hq.account_asked (
  tenant_id text NOT NULL,
  device    text NOT NULL,
  since     bigint NOT NULL,
  times     integer NOT NULL,
  PRIMARY KEY (tenant_id, device)
);

-- What needs a person. The id is a hash of what it is about, so that a decision survives a restore.
CREATE TABLE hq.inbox (
  tenant_id text NOT NULL,
  id        text NOT NULL,
  kind      text NOT NULL CHECK (kind IN
    ('quarantine', 'withheld', 'conflict', 'fork', 'skew', 'overdraft', 'silent_till', 'chain_broken', 'two_names',
     'receipt_ahead', 'refused', 'personal_differs')),
  device    text,
  customer  text,
  event     text,
  -- What the words are made of.
  facts     jsonb NOT NULL DEFAULT '{}',
  at        bigint NOT NULL,
  times     integer NOT NULL DEFAULT 1,
  state     text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
  closed_at bigint,
  closed_by text,
  -- What was done about it.
  closed_how text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX inbox_state ON hq.inbox (tenant_id, state, at, id);
CREATE INDEX inbox_overdraft ON hq.inbox (tenant_id, customer) WHERE kind = 'overdraft' AND state = 'open';

CREATE TABLE hq.audit (
  tenant_id text NOT NULL,
  no        bigint GENERATED ALWAYS AS IDENTITY,
  at        bigint NOT NULL,
  -- A person's name, or 'command line', 'head office'.
  who       text NOT NULL,
  what      text NOT NULL,
  about     text NOT NULL DEFAULT '',
  detail    jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, no)
);

CREATE TABLE hq.person (
  tenant_id     text NOT NULL,
  id            text NOT NULL,
  login         text NOT NULL,
  name          text NOT NULL,
  role          text NOT NULL CHECK (role IN ('viewer', 'manager', 'owner')),
  password_hash text NOT NULL,
  active        boolean NOT NULL DEFAULT true,
  -- The time that wrong passwords from networks the person does not know have used up.
  strangers_until bigint NOT NULL DEFAULT 0,
  created_at    bigint NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX person_login ON hq.person (login);

-- Who tried to sign in as whom, by network.
CREATE TABLE hq.sign_in (
  tenant_id    text NOT NULL,
  person       text NOT NULL,
  -- An address, or the /64 of one of IPv6.
  network      text NOT NULL,
  -- Wrong passwords in a row.
  failures     integer NOT NULL,
  locked_until bigint NOT NULL,
  failed_at    bigint NOT NULL,
  -- When the person last came in from there; 0: never.
  entered_at   bigint NOT NULL,
  PRIMARY KEY (tenant_id, person, network)
);

CREATE TABLE hq.session (
  tenant_id  text NOT NULL,
  token_hash text NOT NULL,
  person     text NOT NULL,
  created_at bigint NOT NULL,
  touched_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, token_hash)
);
CREATE UNIQUE INDEX session_anywhere ON hq.session (token_hash);

-- What a change in the console was answered with: the same request again gets the same answer.
CREATE TABLE hq.console_answer (
  tenant_id text NOT NULL,
  key       text NOT NULL,
  person    text NOT NULL,
  -- Hash of what was asked: the same key for something else is a mistake.
  asked     text NOT NULL,
  answer    jsonb NOT NULL,
  at        bigint NOT NULL,
  PRIMARY KEY (tenant_id, person, key)
);
CREATE INDEX console_answer_at ON hq.console_answer (tenant_id, at);

CREATE TABLE hq.reconciliation (
  tenant_id   text NOT NULL,
  id          text NOT NULL,
  device      text NOT NULL,
  asked_at    bigint NOT NULL,
  asked_by    text NOT NULL,
  as_of       bigint,
  compared    integer NOT NULL DEFAULT 0,
  -- All of them, and how many do not stand one by one.
  differences integer NOT NULL DEFAULT 0,
  unlisted    integer NOT NULL DEFAULT 0,
  -- asked, running, equal, differs.
  state       text NOT NULL DEFAULT 'asked',
  -- The last account compared in the first round; '~': all were, and those that wait are asked for again.
  upto        text NOT NULL DEFAULT '',
  signed_off_by text,
  signed_off_at bigint,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX reconciliation_open ON hq.reconciliation (tenant_id, device) WHERE state IN ('asked', 'running');
CREATE INDEX reconciliation_asked ON hq.reconciliation (tenant_id, asked_at, id);
CREATE TABLE hq.reconciliation_difference (
  tenant_id text NOT NULL,
  report    text NOT NULL,
  no        integer NOT NULL,
  what      text NOT NULL,
  customer  text,
  program   text,
  till      jsonb NOT NULL,
  hq        jsonb NOT NULL,
  PRIMARY KEY (tenant_id, report, no)
);

-- What tills follow: narrow, versioned, filled in the transaction that changes the truth. A change of columns is a new
-- table beside the old one.
CREATE SEQUENCE hq.sync_version;
CREATE TABLE hq.sync_deny_v1 (
  tenant_id text NOT NULL,
  rid       bigint GENERATED ALWAYS AS IDENTITY,
  customer  text NOT NULL,
  reason    text NOT NULL,
  since     bigint NOT NULL,
  hq_epoch  integer NOT NULL DEFAULT 0,
  version   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, customer)
);
CREATE TABLE hq.sync_policy_v1 (
  tenant_id text NOT NULL,
  rid       bigint GENERATED ALWAYS AS IDENTITY,
  store     text NOT NULL,
  key       text NOT NULL,
  value     text NOT NULL,
  hq_epoch  integer NOT NULL DEFAULT 0,
  version   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, store, key)
);
CREATE TABLE hq.sync_program_v1 (
  tenant_id text NOT NULL,
  rid       bigint GENERATED ALWAYS AS IDENTITY,
  id        text NOT NULL,
  settings  text NOT NULL,
  hq_epoch  integer NOT NULL DEFAULT 0,
  version   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE hq.sync_account_v1 (
  tenant_id text NOT NULL,
  rid       bigint GENERATED ALWAYS AS IDENTITY,
  -- '*', or a store.
  scope     text NOT NULL,
  customer  text NOT NULL,
  program   text NOT NULL,
  fn        integer NOT NULL,
  state     text NOT NULL,
  lines     text NOT NULL,
  applied   text NOT NULL,
  held      text NOT NULL,
  hq_epoch  integer NOT NULL DEFAULT 0,
  version   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, scope, customer, program)
);
CREATE TABLE hq.sync_customer_v1 (
  tenant_id       text NOT NULL,
  rid             bigint GENERATED ALWAYS AS IDENTITY,
  id              text NOT NULL,
  merged_into     text,
  generation      integer NOT NULL,
  name            text NOT NULL,
  phone           text,
  phone_typed     text NOT NULL,
  email           text,
  card            text,
  birth           text NOT NULL,
  note            text NOT NULL,
  marketing       text NOT NULL,
  consent_at      bigint,
  consent_wording text NOT NULL,
  joined          bigint NOT NULL,
  sale_count      integer NOT NULL,
  spend_kobo      bigint NOT NULL,
  last_sale       bigint,
  applied         text NOT NULL,
  hq_epoch        integer NOT NULL DEFAULT 0,
  version         bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX sync_deny_v1_page ON hq.sync_deny_v1 (tenant_id, rid);
CREATE UNIQUE INDEX sync_policy_v1_page ON hq.sync_policy_v1 (tenant_id, rid);
CREATE UNIQUE INDEX sync_program_v1_page ON hq.sync_program_v1 (tenant_id, rid);
CREATE UNIQUE INDEX sync_account_v1_page ON hq.sync_account_v1 (tenant_id, scope, rid);
CREATE UNIQUE INDEX sync_customer_v1_page ON hq.sync_customer_v1 (tenant_id, rid);

-- The change log: before and after image of every synced row, in the order of commit.
CREATE SEQUENCE hq.sync_log_seq;
CREATE TABLE hq.sync_log (
  seq       bigint PRIMARY KEY,
  tenant_id text NOT NULL,
  name      text NOT NULL,
  before    jsonb,
  after     jsonb,
  txid      bigint NOT NULL,
  at        timestamptz NOT NULL
);
CREATE INDEX sync_log_of_tenant ON hq.sync_log (tenant_id, name, seq);
CREATE INDEX sync_log_at ON hq.sync_log (at, seq);
-- Everything up to `floor` has been taken out of the log.
CREATE TABLE hq.sync_log_floor (one boolean PRIMARY KEY DEFAULT true CHECK (one), floor bigint NOT NULL);
INSERT INTO hq.sync_log_floor (floor) VALUES (0);

-- A newer version than the one before, under the lock of the row. An update that changes nothing is none.
CREATE FUNCTION hq.stamp_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    NEW.version := OLD.version;
    NEW.hq_epoch := OLD.hq_epoch;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NULL; END IF;
  END IF;
  NEW.version := nextval('hq.sync_version');
  NEW.hq_epoch := (SELECT hq_epoch FROM hq.incarnation);
  RETURN NEW;
END $$;

-- Runs at commit: the lock is taken when every row lock is held already, so it can wait for nobody who waits for it, and
-- the order of the numbers is the order of the commits. The tenant comes from the row and from no setting.
CREATE FUNCTION hq.log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7223302811);
  INSERT INTO hq.sync_log (seq, tenant_id, name, before, after, txid, at)
  VALUES (nextval('hq.sync_log_seq'), coalesce(NEW.tenant_id, OLD.tenant_id), TG_TABLE_NAME,
          CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
          CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END,
          txid_current(), clock_timestamp());
  PERFORM pg_notify('kasuwa_sync', '');
  RETURN NULL;
END $$;

INSERT INTO hq.incarnation (hq_epoch, feed, token_key)
VALUES (1, replace(gen_random_uuid()::text, '-', ''),
        sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- Roles belong to the whole server: another database may have made them already. kasuwa_app does the work of a tenant;
-- kasuwa_log can only add to the change log; kasuwa_lookup answers which tenant something belongs to, and no more.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['kasuwa_app', 'kasuwa_log', 'kasuwa_lookup'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- made by another database at this moment
    END;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcanlogin)) THEN
      RAISE EXCEPTION 'The database role % may do more than it should. Remove it, or take those rights from it.', wanted;
    END IF;
    -- A plain owner may act as a role only where it was granted; where somebody else has done that, fine.
    BEGIN
      EXECUTE format('GRANT %I TO %I', wanted, current_user);
    EXCEPTION WHEN insufficient_privilege THEN NULL; -- the next line says whether it matters
    END;
    EXECUTE format('SET LOCAL ROLE %I', wanted);
    RESET ROLE;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA hq TO kasuwa_app, kasuwa_log, kasuwa_lookup;
REVOKE ALL ON ALL TABLES IN SCHEMA hq FROM PUBLIC;

-- A table of businesses: whoever asks sees the one that the transaction names, the owner too; where it names none,
-- nothing. `rights` is what head office may do besides reading: 'insert, update, delete'. Every migration calls this for
-- each table that it makes. What tills follow gets versions, and its changes go to the log.
CREATE PROCEDURE hq.protect(name text, rights text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('ALTER TABLE hq.%I ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE hq.%I FORCE ROW LEVEL SECURITY', name);
  EXECUTE format('CREATE POLICY of_tenant ON hq.%I USING (tenant_id = current_setting(''kasuwa.tenant'', true))', name);
  EXECUTE format('REVOKE ALL ON hq.%I FROM PUBLIC', name);
  EXECUTE format('GRANT SELECT ON hq.%I TO kasuwa_app', name);
  IF rights <> '' THEN EXECUTE format('GRANT %s ON hq.%I TO kasuwa_app', rights, name); END IF;
  IF name LIKE 'sync\_%\_v%' THEN
    EXECUTE format('ALTER TABLE hq.%I REPLICA IDENTITY FULL', name);
    EXECUTE format('CREATE TRIGGER stamp_version BEFORE INSERT OR UPDATE ON hq.%I
                    FOR EACH ROW EXECUTE FUNCTION hq.stamp_version()', name);
    -- Where Electric reads the tables themselves, nobody reads the log.
    EXECUTE format('CREATE CONSTRAINT TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE ON hq.%I
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                    WHEN (current_setting(''kasuwa.change_log'', true) IS DISTINCT FROM ''off'')
                    EXECUTE FUNCTION hq.log_change()', name);
  END IF;
END $$;
REVOKE ALL ON PROCEDURE hq.protect FROM PUBLIC;

CALL hq.protect('tenant', 'insert, update');
CALL hq.protect('store', 'insert, update');
CALL hq.protect('device', 'insert, update');
CALL hq.protect('device_epoch', 'insert, update');
CALL hq.protect('enrol_code', 'insert, update');
CALL hq.protect('challenge', 'insert, update, delete');
CALL hq.protect('event', 'insert');
CALL hq.protect('event_personal', 'insert, update');
CALL hq.protect('fork_event', 'insert');
CALL hq.protect('customer', 'insert, update');
CALL hq.protect('customer_key', 'insert, delete');
CALL hq.protect('alias', 'insert');
CALL hq.protect('account', 'insert, update, delete');
CALL hq.protect('posting', 'insert');
CALL hq.protect('line', 'insert, update');
CALL hq.protect('sale', 'insert, update');
CALL hq.protect('lease', 'insert, update');
CALL hq.protect('account_asked', 'insert, update');
CALL hq.protect('inbox', 'insert, update');
CALL hq.protect('audit', 'insert');
CALL hq.protect('person', 'insert, update');
CALL hq.protect('sign_in', 'insert, update, delete');
CALL hq.protect('session', 'insert, update, delete');
CALL hq.protect('console_answer', 'insert, update, delete');
CALL hq.protect('reconciliation', 'insert, update');
CALL hq.protect('reconciliation_difference', 'insert, update, delete');
CALL hq.protect('sync_deny_v1', 'insert, update, delete');
CALL hq.protect('sync_policy_v1', 'insert, update, delete');
CALL hq.protect('sync_program_v1', 'insert, update, delete');
CALL hq.protect('sync_account_v1', 'insert, update, delete');
CALL hq.protect('sync_customer_v1', 'insert, update, delete');
CALL hq.protect('sync_log', '');

-- What arrived stays as it came: only what became of it is written later.
GRANT UPDATE (id, kind, customer, program, staff, outcome, why, points, gross_kobo, released_at) ON hq.event TO kasuwa_app;
GRANT UPDATE (root, because) ON hq.alias TO kasuwa_app;
GRANT SELECT (one, hq_epoch, feed) ON hq.incarnation TO kasuwa_app;
GRANT SELECT ON hq.sync_log_floor TO kasuwa_app;

GRANT SELECT (one, hq_epoch) ON hq.incarnation TO kasuwa_log;
GRANT INSERT ON hq.sync_log TO kasuwa_log;
GRANT USAGE ON SEQUENCE hq.sync_version, hq.sync_log_seq TO kasuwa_log;
CREATE POLICY of_the_trigger ON hq.sync_log FOR INSERT TO kasuwa_log WITH CHECK (true);

-- Look-ups that cannot know their tenant yet.
CREATE FUNCTION hq.tenants() RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT tenant_id FROM hq.tenant ORDER BY created_at, tenant_id $$;
CREATE FUNCTION hq.tenant_of_device(device text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT d.tenant_id FROM hq.device d WHERE d.id = device $$;
CREATE FUNCTION hq.tenant_of_code(code_hash text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT c.tenant_id FROM hq.enrol_code c WHERE c.code_hash = tenant_of_code.code_hash $$;
CREATE FUNCTION hq.tenant_of_session(token_hash text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT s.tenant_id FROM hq.session s WHERE s.token_hash = tenant_of_session.token_hash $$;
CREATE FUNCTION hq.tenant_of_login(login text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT p.tenant_id FROM hq.person p WHERE p.login = tenant_of_login.login $$;
-- The number of the last change that was committed.
CREATE FUNCTION hq.sync_head() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT greatest((SELECT max(seq) FROM hq.sync_log), (SELECT floor FROM hq.sync_log_floor)) $$;
-- Whose tables have changed after a number, and where the log ends: says which waiting tills to wake, and no row.
CREATE FUNCTION hq.sync_news(beyond bigint) RETURNS TABLE (head bigint, tenant_id text, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT hq.sync_head(), news.tenant_id, news.name FROM (SELECT 1) AS always
        LEFT JOIN (SELECT DISTINCT l.tenant_id, l.name FROM hq.sync_log l WHERE l.seq > beyond) AS news ON true $$;
-- Takes changes up to `up_to` out of the log; answers the floor. Never beyond the last change.
CREATE FUNCTION hq.sync_trim(up_to bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  new_floor bigint := least(up_to, hq.sync_head());
BEGIN
  UPDATE hq.sync_log_floor SET floor = new_floor WHERE floor < new_floor;
  DELETE FROM hq.sync_log WHERE seq <= new_floor;
  RETURN (SELECT floor FROM hq.sync_log_floor);
END $$;
-- The number of the last change before a time: what retention keeps is told in days.
CREATE FUNCTION hq.sync_head_at(earlier_than timestamptz) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$ SELECT coalesce((SELECT l.seq FROM hq.sync_log l WHERE l.at < earlier_than ORDER BY l.at DESC, l.seq DESC LIMIT 1),
                        (SELECT floor FROM hq.sync_log_floor)) $$;

DO $$
DECLARE
  what text;
BEGIN
  FOREACH what IN ARRAY ARRAY['tenant', 'device', 'enrol_code', 'session', 'person', 'sync_log'] LOOP
    EXECUTE format('CREATE POLICY of_lookup ON hq.%I FOR SELECT TO kasuwa_lookup USING (true)', what);
  END LOOP;
END $$;
GRANT SELECT (tenant_id, created_at) ON hq.tenant TO kasuwa_lookup;
GRANT SELECT (tenant_id, id) ON hq.device TO kasuwa_lookup;
GRANT SELECT (tenant_id, code_hash) ON hq.enrol_code TO kasuwa_lookup;
GRANT SELECT (tenant_id, token_hash) ON hq.session TO kasuwa_lookup;
GRANT SELECT (tenant_id, login) ON hq.person TO kasuwa_lookup;
GRANT SELECT (seq, at, tenant_id, name), DELETE ON hq.sync_log TO kasuwa_lookup;
GRANT SELECT, UPDATE ON hq.sync_log_floor TO kasuwa_lookup;
CREATE POLICY of_retention ON hq.sync_log FOR DELETE TO kasuwa_lookup USING (true);

-- To be given away, a function needs an owner who may create it.
GRANT CREATE ON SCHEMA hq TO kasuwa_log, kasuwa_lookup;
DO $$
DECLARE
  what record;
BEGIN
  FOR what IN SELECT p.oid::regprocedure AS signature, p.proname FROM pg_proc p WHERE p.pronamespace = 'hq'::regnamespace
              AND p.prokind = 'f' LOOP
    IF what.proname = 'keep_customer_keys' THEN CONTINUE;
    ELSIF what.proname IN ('stamp_version', 'log_change') THEN
      EXECUTE format('ALTER FUNCTION %s OWNER TO kasuwa_log', what.signature);
    ELSE
      EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', what.signature);
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO kasuwa_app', what.signature);
      EXECUTE format('ALTER FUNCTION %s OWNER TO kasuwa_lookup', what.signature);
    END IF;
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA hq FROM kasuwa_log, kasuwa_lookup;
