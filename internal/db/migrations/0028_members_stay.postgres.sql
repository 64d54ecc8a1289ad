-- What is recorded of the partnership stays: a mistake is undone by a further record.
CREATE TRIGGER memberships_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON memberships FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER membership_records_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON membership_records FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER offices_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON offices FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER office_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON office_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER naming_consents_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON naming_consents FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER partnership_rules_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON partnership_rules FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER elections_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON elections FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER election_withdrawals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON election_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
