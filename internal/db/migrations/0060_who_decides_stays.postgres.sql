-- That somebody waited, who confirmed them, and who had a say, stays.
CREATE TRIGGER membership_waits_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON membership_waits FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER membership_confirmations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON membership_confirmations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_attempt_electorates_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_attempt_electorates FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
