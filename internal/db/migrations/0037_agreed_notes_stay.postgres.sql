-- What is recorded stays, and agreed notes with all that they tell of stay as they are.
CREATE TRIGGER meeting_guests_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON meeting_guests FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER meeting_changes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON meeting_changes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agenda_parties_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agenda_parties FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agenda_agreements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agenda_agreements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER quiet_inputs_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON quiet_inputs FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER behaviour_notes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON behaviour_notes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER notes_circulations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON notes_circulations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER notes_agreements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON notes_agreements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER notes_corrections_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON notes_corrections FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER correction_agreements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON correction_agreements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER actions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON actions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER action_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON action_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();

CREATE FUNCTION agreed_notes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = OLD.area_id AND g.meeting_id = OLD.meeting_id) THEN
		RAISE EXCEPTION '%: these notes are agreed', TG_TABLE_NAME;
	END IF;
	IF TG_OP = 'DELETE' THEN
		RETURN OLD;
	END IF;
	IF EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = NEW.area_id AND g.meeting_id = NEW.meeting_id) THEN
		RAISE EXCEPTION '%: these notes are agreed', TG_TABLE_NAME;
	END IF;
	RETURN NEW;
END $$;

CREATE FUNCTION agreed_meetings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = OLD.area_id AND g.meeting_id = OLD.id) THEN
		RAISE EXCEPTION 'meetings: these notes are agreed';
	END IF;
	IF TG_OP = 'DELETE' THEN
		RETURN OLD;
	END IF;
	RETURN NEW;
END $$;

CREATE FUNCTION agreed_parties_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM agenda_items i JOIN notes_agreements g ON g.area_id = i.area_id AND g.meeting_id = i.meeting_id WHERE i.area_id = NEW.area_id AND i.id = NEW.item_id) THEN
		RAISE EXCEPTION 'agenda_parties: these notes are agreed';
	END IF;
	RETURN NEW;
END $$;

CREATE TRIGGER agenda_items_frozen BEFORE INSERT OR UPDATE OR DELETE ON agenda_items FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER agenda_items_kept BEFORE TRUNCATE ON agenda_items FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER attendances_frozen BEFORE INSERT OR UPDATE OR DELETE ON attendances FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER attendances_kept BEFORE TRUNCATE ON attendances FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER meeting_notes_frozen BEFORE INSERT OR UPDATE OR DELETE ON meeting_notes FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER meeting_notes_kept BEFORE TRUNCATE ON meeting_notes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER item_notes_frozen BEFORE INSERT OR UPDATE OR DELETE ON item_notes FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER item_notes_kept BEFORE TRUNCATE ON item_notes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER meetings_frozen BEFORE UPDATE OR DELETE ON meetings FOR EACH ROW EXECUTE FUNCTION agreed_meetings_stay();
CREATE TRIGGER meetings_kept BEFORE TRUNCATE ON meetings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER meeting_guests_frozen BEFORE INSERT ON meeting_guests FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER meeting_changes_frozen BEFORE INSERT ON meeting_changes FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER agenda_agreements_frozen BEFORE INSERT ON agenda_agreements FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER actions_frozen BEFORE INSERT ON actions FOR EACH ROW EXECUTE FUNCTION agreed_notes_stay();
CREATE TRIGGER agenda_parties_frozen BEFORE INSERT ON agenda_parties FOR EACH ROW EXECUTE FUNCTION agreed_parties_stay();
