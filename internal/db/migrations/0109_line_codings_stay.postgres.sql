-- Under which theme a line was told stays.
CREATE TRIGGER line_codings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON line_codings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
