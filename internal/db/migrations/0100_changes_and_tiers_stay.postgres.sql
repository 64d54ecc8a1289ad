-- What is recorded stays: a mistake is undone by a further record. Of a change the
-- names and words may have to be forgotten.
CREATE TRIGGER relationship_change_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_change_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_tiers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_tiers FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_entry_people_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_entry_people FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER handover_plans_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON handover_plans FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER workshop_done_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON workshop_done FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_changes_stay BEFORE UPDATE ON relationship_changes FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.relationship_id IS DISTINCT FROM OLD.relationship_id OR NEW.why IS DISTINCT FROM OLD.why OR NEW.side IS DISTINCT FROM OLD.side OR NEW.from_on IS DISTINCT FROM OLD.from_on OR NEW.until_on IS DISTINCT FROM OLD.until_on OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT FROM OLD.noted_at)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_changes_kept BEFORE DELETE OR TRUNCATE ON relationship_changes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
