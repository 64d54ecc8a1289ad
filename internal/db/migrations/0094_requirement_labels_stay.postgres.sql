CREATE TRIGGER requirement_labels_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON requirement_labels FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
