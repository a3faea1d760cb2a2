-- Upper and lower case are the same in a search, in every script and whatever the locale of the database: by the rules
-- of Unicode, which Postgres brings itself from 17 on, and before that by ICU. Where neither is there, by the locale.
DO $$
DECLARE
  rules text;
BEGIN
  SELECT format('%I.%I', n.nspname, c.collname) INTO rules
  FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace AND n.nspname = 'pg_catalog'
  WHERE c.collname IN ('pg_c_utf8', 'und-x-icu')
    AND c.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
  ORDER BY c.collname <> 'pg_c_utf8' LIMIT 1;
  EXECUTE format('CREATE FUNCTION hq.fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
                  RETURN lower(words COLLATE %s)', coalesce(rules, 'pg_catalog."default"'));
END $$;

-- What hq.customer_key holds of a customer.
CREATE FUNCTION hq.customer_keys(name text, phone text, card text, email text) RETURNS SETOF text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT found.key FROM (
    SELECT 'n' || left(array_to_string(folded.words[i:], ' '), 300) AS key
    FROM (SELECT string_to_array(hq.fold(customer_keys.name), ' ') AS words) AS folded,
      generate_subscripts(folded.words, 1) AS i WHERE folded.words[i] <> ''
    UNION SELECT 'p' || customer_keys.phone UNION SELECT 'r' || reverse(customer_keys.phone)
    UNION SELECT 'c' || hq.fold(customer_keys.card) UNION SELECT 'e' || hq.fold(customer_keys.email)) AS found
  WHERE found.key IS NOT NULL
$$;
REVOKE ALL ON FUNCTION hq.fold, hq.customer_keys FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hq.fold, hq.customer_keys TO kasuwa_app;

-- Nobody writes a customer between the old keys and the new ones.
LOCK TABLE hq.customer IN SHARE ROW EXCLUSIVE MODE;
CREATE OR REPLACE FUNCTION hq.keep_customer_keys() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.name, OLD.phone, OLD.card, OLD.email) IS NOT DISTINCT FROM (NEW.name, NEW.phone, NEW.card, NEW.email) THEN
      RETURN NULL;
    END IF;
    DELETE FROM hq.customer_key k WHERE k.tenant_id = NEW.tenant_id AND k.customer = NEW.id;
  END IF;
  INSERT INTO hq.customer_key (tenant_id, key, customer)
  SELECT NEW.tenant_id, key, NEW.id FROM hq.customer_keys(NEW.name, NEW.phone, NEW.card, NEW.email) AS key;
  RETURN NULL;
END $$;

-- Whose keys were folded otherwise gets new ones.
DO $$
DECLARE
  business text;
BEGIN
  SET LOCAL ROLE kasuwa_app;
  FOR business IN SELECT hq.tenants() LOOP
    PERFORM set_config('kasuwa.tenant', business, true);
    DELETE FROM hq.customer_key k USING hq.customer c
    WHERE k.tenant_id = business AND c.tenant_id = business AND c.id = k.customer
      AND lower(concat_ws(' ', c.name, c.card, c.email)) <> hq.fold(concat_ws(' ', c.name, c.card, c.email));
    INSERT INTO hq.customer_key (tenant_id, key, customer)
    SELECT business, key, c.id FROM hq.customer c, hq.customer_keys(c.name, c.phone, c.card, c.email) AS key
    WHERE c.tenant_id = business
      AND lower(concat_ws(' ', c.name, c.card, c.email)) <> hq.fold(concat_ws(' ', c.name, c.card, c.email));
  END LOOP;
  PERFORM set_config('kasuwa.tenant', '', true);
  RESET ROLE;
END $$;
