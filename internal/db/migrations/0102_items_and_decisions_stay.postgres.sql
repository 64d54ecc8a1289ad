CREATE TRIGGER agenda_decisions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agenda_decisions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
