CREATE TRIGGER money_decisions_stay BEFORE UPDATE ON money_decisions BEGIN SELECT RAISE(ABORT, 'money_decisions is append-only'); END;
CREATE TRIGGER money_decisions_stay_kept BEFORE DELETE ON money_decisions BEGIN SELECT RAISE(ABORT, 'money_decisions is append-only'); END;
