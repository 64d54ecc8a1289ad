CREATE TRIGGER workshop_invitations_stay BEFORE UPDATE ON workshop_invitations BEGIN SELECT RAISE(ABORT, 'workshop_invitations is append-only'); END;
CREATE TRIGGER workshop_invitations_stay_kept BEFORE DELETE ON workshop_invitations BEGIN SELECT RAISE(ABORT, 'workshop_invitations is append-only'); END;
