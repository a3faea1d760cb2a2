-- Head office was put back from a backup, and this till has not sent all it has since: what it holds is not known.
ALTER TABLE hq.device ADD COLUMN awaited boolean NOT NULL DEFAULT false;
