-- The last time a till was not heard of for more than an hour, ms since 1970.
ALTER TABLE hq.device ADD COLUMN silent_from bigint;
ALTER TABLE hq.device ADD COLUMN silent_to bigint;
