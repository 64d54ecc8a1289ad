-- What is written stays, and what is finished is not gone on with. Of a sheet the
-- words may have to be forgotten.
CREATE TRIGGER workshop_records_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON workshop_records FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER workshop_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON workshop_steps FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER workshop_sheets_kept BEFORE DELETE OR TRUNCATE ON workshop_sheets FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();

CREATE FUNCTION workshop_sheets_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF NEW.content <> '' OR (NEW.area_id, NEW.record_id, NEW.part, NEW.side, NEW.number, NEW.saved_by, NEW.saved_at) IS DISTINCT FROM (OLD.area_id, OLD.record_id, OLD.part, OLD.side, OLD.number, OLD.saved_by, OLD.saved_at) THEN
			RAISE EXCEPTION 'workshop_sheets is append-only';
		END IF;
	ELSIF EXISTS (SELECT 1 FROM workshop_steps s WHERE s.area_id = NEW.area_id AND s.record_id = NEW.record_id AND s.step = 'finished') THEN
		RAISE EXCEPTION 'what is finished is not gone on with';
	END IF;
	RETURN NEW;
END $$;

CREATE TRIGGER workshop_sheets_stay BEFORE INSERT OR UPDATE ON workshop_sheets FOR EACH ROW EXECUTE FUNCTION workshop_sheets_stay();
