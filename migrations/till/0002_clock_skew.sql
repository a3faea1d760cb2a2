-- How far the wall clock stood from the date a person confirmed: while it goes on standing there it is read less this.
ALTER TABLE clock ADD COLUMN wall_skew_ms INTEGER NOT NULL DEFAULT 0;
