-- What was given back of sales in parts. All of it is recomputed by rebuild.
ALTER TABLE sale ADD COLUMN refunded_kobo INTEGER NOT NULL DEFAULT 0;
-- Of the reversal of a part: so much of the net amount of its sale, kobo.
ALTER TABLE line ADD COLUMN refund INTEGER;

-- Parts that this till gave back, of sales of other tills too.
CREATE TABLE refund (
  event TEXT PRIMARY KEY,
  sale  TEXT NOT NULL,
  kobo  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refund_sale ON refund (sale);
