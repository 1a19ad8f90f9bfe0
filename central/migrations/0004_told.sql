-- The highest receipt that a till ever told in a beat: where its next series begins before central
-- has all of it, receipts were handed out whose rows are nowhere.
ALTER TABLE till ADD COLUMN told_receipt TEXT NOT NULL DEFAULT '';
