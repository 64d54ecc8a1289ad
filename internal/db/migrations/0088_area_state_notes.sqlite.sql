-- Why an area came to a state, in words that anyone may read; and that what was noted stays as it was.
ALTER TABLE area_states ADD COLUMN note TEXT NOT NULL DEFAULT '';

CREATE TRIGGER area_states_stay BEFORE UPDATE ON area_states BEGIN SELECT RAISE(ABORT, 'area_states is append-only'); END;
CREATE TRIGGER area_states_stay_kept BEFORE DELETE ON area_states BEGIN SELECT RAISE(ABORT, 'area_states is append-only'); END;
