-- That somebody waited, and who confirmed them, stays.
CREATE TRIGGER membership_waits_stay BEFORE UPDATE ON membership_waits BEGIN SELECT RAISE(ABORT, 'membership_waits is append-only'); END;
CREATE TRIGGER membership_waits_stay_kept BEFORE DELETE ON membership_waits BEGIN SELECT RAISE(ABORT, 'membership_waits is append-only'); END;
CREATE TRIGGER membership_confirmations_stay BEFORE UPDATE ON membership_confirmations BEGIN SELECT RAISE(ABORT, 'membership_confirmations is append-only'); END;
CREATE TRIGGER membership_confirmations_stay_kept BEFORE DELETE ON membership_confirmations BEGIN SELECT RAISE(ABORT, 'membership_confirmations is append-only'); END;
