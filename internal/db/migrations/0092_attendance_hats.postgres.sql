-- Councillors of the partnership and people from the organisation that holds the
-- money come in hats of their own.
ALTER TABLE attendances DROP CONSTRAINT attendances_hat_check;
ALTER TABLE attendances ADD CONSTRAINT attendances_hat_check CHECK (hat IN ('member', 'councillor', 'friend', 'worker', 'lto', 'resident', 'guest'));
