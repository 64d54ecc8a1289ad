-- What is recorded stays: a mistake is undone by a further record. Of a change the
-- names and words may have to be forgotten.
CREATE TRIGGER relationship_change_ends_stay BEFORE UPDATE ON relationship_change_ends BEGIN SELECT RAISE(ABORT, 'relationship_change_ends is append-only'); END;
CREATE TRIGGER relationship_change_ends_stay_kept BEFORE DELETE ON relationship_change_ends BEGIN SELECT RAISE(ABORT, 'relationship_change_ends is append-only'); END;
CREATE TRIGGER relationship_tiers_stay BEFORE UPDATE ON relationship_tiers BEGIN SELECT RAISE(ABORT, 'relationship_tiers is append-only'); END;
CREATE TRIGGER relationship_tiers_stay_kept BEFORE DELETE ON relationship_tiers BEGIN SELECT RAISE(ABORT, 'relationship_tiers is append-only'); END;
CREATE TRIGGER relationship_entry_people_stay BEFORE UPDATE ON relationship_entry_people BEGIN SELECT RAISE(ABORT, 'relationship_entry_people is append-only'); END;
CREATE TRIGGER relationship_entry_people_stay_kept BEFORE DELETE ON relationship_entry_people BEGIN SELECT RAISE(ABORT, 'relationship_entry_people is append-only'); END;
CREATE TRIGGER handover_plans_stay BEFORE UPDATE ON handover_plans BEGIN SELECT RAISE(ABORT, 'handover_plans is append-only'); END;
CREATE TRIGGER handover_plans_stay_kept BEFORE DELETE ON handover_plans BEGIN SELECT RAISE(ABORT, 'handover_plans is append-only'); END;
CREATE TRIGGER workshop_done_stay BEFORE UPDATE ON workshop_done BEGIN SELECT RAISE(ABORT, 'workshop_done is append-only'); END;
CREATE TRIGGER workshop_done_stay_kept BEFORE DELETE ON workshop_done BEGIN SELECT RAISE(ABORT, 'workshop_done is append-only'); END;
CREATE TRIGGER relationship_changes_stay BEFORE UPDATE ON relationship_changes WHEN NEW.area_id IS NOT OLD.area_id OR NEW.id IS NOT OLD.id OR NEW.relationship_id IS NOT OLD.relationship_id OR NEW.why IS NOT OLD.why OR NEW.side IS NOT OLD.side OR NEW.from_on IS NOT OLD.from_on OR NEW.until_on IS NOT OLD.until_on OR NEW.noted_by IS NOT OLD.noted_by OR NEW.noted_at IS NOT OLD.noted_at
BEGIN SELECT RAISE(ABORT, 'relationship_changes is append-only'); END;
CREATE TRIGGER relationship_changes_kept BEFORE DELETE ON relationship_changes BEGIN SELECT RAISE(ABORT, 'relationship_changes is append-only'); END;
