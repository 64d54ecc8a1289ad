-- What is recorded of a photograph stays, until it is removed: then its words and
-- the picture itself may go. No other file is ever removed.
CREATE FUNCTION document_parts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM document_forgettings g WHERE g.hash = OLD.hash)
		OR EXISTS (SELECT 1 FROM document_filings f WHERE f.hash = OLD.hash AND NOT EXISTS (SELECT 1 FROM document_forgettings g WHERE g.place = f.place AND g.id = f.id)) THEN
		RAISE EXCEPTION 'document_parts is append-only';
	END IF;
	RETURN OLD;
END $$;

CREATE FUNCTION document_forgettings_of_photos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM document_filings f WHERE f.place = NEW.place AND f.id = NEW.id AND f.hash = NEW.hash AND f.subject LIKE 'photo:%') THEN
		RAISE EXCEPTION 'only photographs are forgotten';
	END IF;
	RETURN NEW;
END $$;

CREATE FUNCTION project_photos_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.shows <> '' OR NEW.words <> '' OR NEW.taken_by <> ''
		OR (NEW.area_id, NEW.id, NEW.project_id, NEW.on_day, NEW.file_id, NEW.width, NEW.height, NEW.taker_named, NEW.noted_by, NEW.noted_at)
			IS DISTINCT FROM (OLD.area_id, OLD.id, OLD.project_id, OLD.on_day, OLD.file_id, OLD.width, OLD.height, OLD.taker_named, OLD.noted_by, OLD.noted_at)
		OR NOT EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = OLD.area_id AND r.photo_id = OLD.id) THEN
		RAISE EXCEPTION 'project_photos is append-only';
	END IF;
	RETURN NEW;
END $$;

CREATE FUNCTION project_photo_consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.who <> ''
		OR (NEW.area_id, NEW.photo_id, NEW.number, NEW.people, NEW.public, NEW.until_on, NEW.noted_by, NEW.noted_at)
			IS DISTINCT FROM (OLD.area_id, OLD.photo_id, OLD.number, OLD.people, OLD.public, OLD.until_on, OLD.noted_by, OLD.noted_at)
		OR NOT EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = OLD.area_id AND r.photo_id = OLD.photo_id) THEN
		RAISE EXCEPTION 'project_photo_consents is append-only';
	END IF;
	RETURN NEW;
END $$;

DROP TRIGGER document_parts_stay ON document_parts;
CREATE TRIGGER document_parts_stay BEFORE UPDATE OR TRUNCATE ON document_parts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER document_parts_stay_kept BEFORE DELETE ON document_parts FOR EACH ROW EXECUTE FUNCTION document_parts_stay();
CREATE TRIGGER document_forgettings_of_photos BEFORE INSERT ON document_forgettings FOR EACH ROW EXECUTE FUNCTION document_forgettings_of_photos();
CREATE TRIGGER document_forgettings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON document_forgettings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_photos_stay BEFORE UPDATE ON project_photos FOR EACH ROW EXECUTE FUNCTION project_photos_stay();
CREATE TRIGGER project_photos_stay_kept BEFORE DELETE OR TRUNCATE ON project_photos FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_photo_consents_stay BEFORE UPDATE ON project_photo_consents FOR EACH ROW EXECUTE FUNCTION project_photo_consents_stay();
CREATE TRIGGER project_photo_consents_stay_kept BEFORE DELETE OR TRUNCATE ON project_photo_consents FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_photo_removals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON project_photo_removals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
