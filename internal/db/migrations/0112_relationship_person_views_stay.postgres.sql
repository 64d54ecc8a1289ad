-- What was chosen stays: something else is chosen by a further row.
CREATE TRIGGER relationship_person_views_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_person_views FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
