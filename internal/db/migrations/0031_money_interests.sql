-- With which version of the register of interests (interest_register) somebody
-- approved, paid or certified. 0 for what was done before there was one.
ALTER TABLE payment_approvals ADD COLUMN register BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment_releases ADD COLUMN register BIGINT NOT NULL DEFAULT 0;
ALTER TABLE spend_certifications ADD COLUMN register BIGINT NOT NULL DEFAULT 0;
