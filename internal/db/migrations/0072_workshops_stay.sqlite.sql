-- What is written stays, and what is finished is not gone on with. Of a sheet the
-- words may have to be forgotten.
CREATE TRIGGER workshop_records_stay BEFORE UPDATE ON workshop_records BEGIN SELECT RAISE(ABORT, 'workshop_records is append-only'); END;
CREATE TRIGGER workshop_records_stay_kept BEFORE DELETE ON workshop_records BEGIN SELECT RAISE(ABORT, 'workshop_records is append-only'); END;
CREATE TRIGGER workshop_steps_stay BEFORE UPDATE ON workshop_steps BEGIN SELECT RAISE(ABORT, 'workshop_steps is append-only'); END;
CREATE TRIGGER workshop_steps_stay_kept BEFORE DELETE ON workshop_steps BEGIN SELECT RAISE(ABORT, 'workshop_steps is append-only'); END;
CREATE TRIGGER workshop_sheets_stay BEFORE UPDATE ON workshop_sheets WHEN NEW.content <> '' OR NEW.area_id <> OLD.area_id OR NEW.record_id <> OLD.record_id OR NEW.part <> OLD.part OR NEW.side <> OLD.side OR NEW.number <> OLD.number OR NEW.saved_by <> OLD.saved_by OR NEW.saved_at <> OLD.saved_at
BEGIN SELECT RAISE(ABORT, 'workshop_sheets is append-only'); END;
CREATE TRIGGER workshop_sheets_stay_kept BEFORE DELETE ON workshop_sheets BEGIN SELECT RAISE(ABORT, 'workshop_sheets is append-only'); END;
CREATE TRIGGER workshop_sheets_finished BEFORE INSERT ON workshop_sheets WHEN EXISTS (
	SELECT 1 FROM workshop_steps s WHERE s.area_id = NEW.area_id AND s.record_id = NEW.record_id AND s.step = 'finished')
BEGIN SELECT RAISE(ABORT, 'what is finished is not gone on with'); END;
