-- With which version of the register of interests (interest_register) somebody
-- recorded that money came back, or reversed what was paid or certified. 0 for what
-- was done before it was kept.
ALTER TABLE payment_returns ADD COLUMN register BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment_reversals ADD COLUMN register BIGINT NOT NULL DEFAULT 0;
ALTER TABLE spend_reversals ADD COLUMN register BIGINT NOT NULL DEFAULT 0;
