CREATE TRIGGER workshop_invitations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON workshop_invitations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
