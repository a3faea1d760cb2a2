-- All sales newest first, and those of a receipt of any day: a list at the till reads no more rows than it shows.
CREATE INDEX sale_at ON sale (at);
CREATE INDEX sale_receipt ON sale (receipt, at) WHERE receipt <> '';
