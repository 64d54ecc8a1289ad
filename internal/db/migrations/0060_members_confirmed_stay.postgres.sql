-- That somebody waited, and who confirmed them, stays.
CREATE TRIGGER membership_waits_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON membership_waits FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER membership_confirmations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON membership_confirmations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
