-- What is recorded of a photograph stays, until it is removed: then its words and
-- the picture itself may go. No other file is ever removed.
DROP TRIGGER document_parts_stay_kept;
CREATE TRIGGER document_parts_stay_kept BEFORE DELETE ON document_parts WHEN NOT EXISTS (SELECT 1 FROM document_forgettings g WHERE g.hash = OLD.hash)
	OR EXISTS (SELECT 1 FROM document_filings f WHERE f.hash = OLD.hash AND NOT EXISTS (SELECT 1 FROM document_forgettings g WHERE g.place = f.place AND g.id = f.id))
BEGIN SELECT RAISE(ABORT, 'document_parts is append-only'); END;
CREATE TRIGGER document_forgettings_of_photos BEFORE INSERT ON document_forgettings WHEN NOT EXISTS (
	SELECT 1 FROM document_filings f WHERE f.place = NEW.place AND f.id = NEW.id AND f.hash = NEW.hash AND f.subject LIKE 'photo:%')
BEGIN SELECT RAISE(ABORT, 'only photographs are forgotten'); END;
CREATE TRIGGER document_forgettings_stay BEFORE UPDATE ON document_forgettings BEGIN SELECT RAISE(ABORT, 'document_forgettings is append-only'); END;
CREATE TRIGGER document_forgettings_stay_kept BEFORE DELETE ON document_forgettings BEGIN SELECT RAISE(ABORT, 'document_forgettings is append-only'); END;
CREATE TRIGGER project_photos_stay BEFORE UPDATE ON project_photos WHEN NEW.shows <> '' OR NEW.words <> '' OR NEW.taken_by <> '' OR NEW.area_id <> OLD.area_id OR NEW.id <> OLD.id
	OR NEW.project_id <> OLD.project_id OR NEW.on_day <> OLD.on_day OR NEW.file_id <> OLD.file_id OR NEW.width <> OLD.width OR NEW.height <> OLD.height OR NEW.taker_named <> OLD.taker_named
	OR NEW.noted_by <> OLD.noted_by OR NEW.noted_at <> OLD.noted_at OR NOT EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = OLD.area_id AND r.photo_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'project_photos is append-only'); END;
CREATE TRIGGER project_photos_stay_kept BEFORE DELETE ON project_photos BEGIN SELECT RAISE(ABORT, 'project_photos is append-only'); END;
CREATE TRIGGER project_photo_consents_stay BEFORE UPDATE ON project_photo_consents WHEN NEW.who <> '' OR NEW.area_id <> OLD.area_id OR NEW.photo_id <> OLD.photo_id OR NEW.number <> OLD.number
	OR NEW.people <> OLD.people OR NEW.public <> OLD.public OR NEW.until_on IS NOT OLD.until_on OR NEW.noted_by <> OLD.noted_by OR NEW.noted_at <> OLD.noted_at
	OR NOT EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = OLD.area_id AND r.photo_id = OLD.photo_id)
BEGIN SELECT RAISE(ABORT, 'project_photo_consents is append-only'); END;
CREATE TRIGGER project_photo_consents_stay_kept BEFORE DELETE ON project_photo_consents BEGIN SELECT RAISE(ABORT, 'project_photo_consents is append-only'); END;
CREATE TRIGGER project_photo_removals_stay BEFORE UPDATE ON project_photo_removals BEGIN SELECT RAISE(ABORT, 'project_photo_removals is append-only'); END;
CREATE TRIGGER project_photo_removals_stay_kept BEFORE DELETE ON project_photo_removals BEGIN SELECT RAISE(ABORT, 'project_photo_removals is append-only'); END;
