-- How many different entries and customers a person has read in the console, in the latest hour in which they read any.
CREATE TABLE hq.reading (
  tenant_id text NOT NULL,
  person    text NOT NULL,
  -- Of ms since 1970.
  hour      bigint NOT NULL,
  seen      integer NOT NULL,
  PRIMARY KEY (tenant_id, person)
);
CALL hq.protect('reading', 'insert, update');
