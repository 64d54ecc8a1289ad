CREATE TRIGGER agenda_decisions_stay BEFORE UPDATE ON agenda_decisions BEGIN SELECT RAISE(ABORT, 'agenda_decisions is append-only'); END;
CREATE TRIGGER agenda_decisions_stay_kept BEFORE DELETE ON agenda_decisions BEGIN SELECT RAISE(ABORT, 'agenda_decisions is append-only'); END;
