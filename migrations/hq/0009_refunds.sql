-- What was given back of a purchase in money, as far as tills said; more than its net amount: some of it twice.
ALTER TABLE hq.sale ADD COLUMN refunded_kobo bigint NOT NULL DEFAULT 0;
-- Of the reversal of a part: so much of the net amount of its purchase.
ALTER TABLE hq.line ADD COLUMN refund bigint;
ALTER TABLE hq.inbox DROP CONSTRAINT inbox_kind_check;
ALTER TABLE hq.inbox ADD CONSTRAINT inbox_kind_check CHECK (kind IN
  ('quarantine', 'withheld', 'conflict', 'fork', 'skew', 'overdraft', 'silent_till', 'chain_broken', 'two_names',
   'receipt_ahead', 'refused', 'personal_differs', 'refunded_twice', 'tier_refunded'));
