-- Why an area came to a state, in words that anyone may read; and that what was noted stays as it was.
ALTER TABLE area_states ADD COLUMN note TEXT NOT NULL DEFAULT '';

CREATE TRIGGER area_states_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_states FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
