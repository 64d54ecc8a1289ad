-- That somebody waited, who confirmed them, and who had a say, stays.
CREATE TRIGGER membership_waits_stay BEFORE UPDATE ON membership_waits BEGIN SELECT RAISE(ABORT, 'membership_waits is append-only'); END;
CREATE TRIGGER membership_waits_stay_kept BEFORE DELETE ON membership_waits BEGIN SELECT RAISE(ABORT, 'membership_waits is append-only'); END;
CREATE TRIGGER membership_confirmations_stay BEFORE UPDATE ON membership_confirmations BEGIN SELECT RAISE(ABORT, 'membership_confirmations is append-only'); END;
CREATE TRIGGER membership_confirmations_stay_kept BEFORE DELETE ON membership_confirmations BEGIN SELECT RAISE(ABORT, 'membership_confirmations is append-only'); END;
CREATE TRIGGER decision_attempt_electorates_stay BEFORE UPDATE ON decision_attempt_electorates BEGIN SELECT RAISE(ABORT, 'decision_attempt_electorates is append-only'); END;
CREATE TRIGGER decision_attempt_electorates_stay_kept BEFORE DELETE ON decision_attempt_electorates BEGIN SELECT RAISE(ABORT, 'decision_attempt_electorates is append-only'); END;
