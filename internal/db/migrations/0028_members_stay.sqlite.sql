-- What is recorded of the partnership stays: a mistake is undone by a further record.
CREATE TRIGGER memberships_stay BEFORE UPDATE ON memberships BEGIN SELECT RAISE(ABORT, 'memberships is append-only'); END;
CREATE TRIGGER memberships_stay_kept BEFORE DELETE ON memberships BEGIN SELECT RAISE(ABORT, 'memberships is append-only'); END;
CREATE TRIGGER membership_records_stay BEFORE UPDATE ON membership_records BEGIN SELECT RAISE(ABORT, 'membership_records is append-only'); END;
CREATE TRIGGER membership_records_stay_kept BEFORE DELETE ON membership_records BEGIN SELECT RAISE(ABORT, 'membership_records is append-only'); END;
CREATE TRIGGER offices_stay BEFORE UPDATE ON offices BEGIN SELECT RAISE(ABORT, 'offices is append-only'); END;
CREATE TRIGGER offices_stay_kept BEFORE DELETE ON offices BEGIN SELECT RAISE(ABORT, 'offices is append-only'); END;
CREATE TRIGGER office_ends_stay BEFORE UPDATE ON office_ends BEGIN SELECT RAISE(ABORT, 'office_ends is append-only'); END;
CREATE TRIGGER office_ends_stay_kept BEFORE DELETE ON office_ends BEGIN SELECT RAISE(ABORT, 'office_ends is append-only'); END;
CREATE TRIGGER naming_consents_stay BEFORE UPDATE ON naming_consents BEGIN SELECT RAISE(ABORT, 'naming_consents is append-only'); END;
CREATE TRIGGER naming_consents_stay_kept BEFORE DELETE ON naming_consents BEGIN SELECT RAISE(ABORT, 'naming_consents is append-only'); END;
CREATE TRIGGER partnership_rules_stay BEFORE UPDATE ON partnership_rules BEGIN SELECT RAISE(ABORT, 'partnership_rules is append-only'); END;
CREATE TRIGGER partnership_rules_stay_kept BEFORE DELETE ON partnership_rules BEGIN SELECT RAISE(ABORT, 'partnership_rules is append-only'); END;
CREATE TRIGGER elections_stay BEFORE UPDATE ON elections BEGIN SELECT RAISE(ABORT, 'elections is append-only'); END;
CREATE TRIGGER elections_stay_kept BEFORE DELETE ON elections BEGIN SELECT RAISE(ABORT, 'elections is append-only'); END;
CREATE TRIGGER election_withdrawals_stay BEFORE UPDATE ON election_withdrawals BEGIN SELECT RAISE(ABORT, 'election_withdrawals is append-only'); END;
CREATE TRIGGER election_withdrawals_stay_kept BEFORE DELETE ON election_withdrawals BEGIN SELECT RAISE(ABORT, 'election_withdrawals is append-only'); END;
