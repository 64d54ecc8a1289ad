-- What is recorded stays: a mistake is undone by a further record. Of holders, of
-- the story and of who asked, the names and words may have to be forgotten.
CREATE TRIGGER relationships_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationships FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_versions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_states_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_states FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_purposes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_purposes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_factors_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_factors FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_holder_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_holder_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_merges_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_merges FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER promises_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON promises FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER promise_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON promise_steps FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER question_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON question_steps FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER handovers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON handovers FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER handover_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON handover_steps FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER handover_ticks_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON handover_ticks FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER handover_stops_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON handover_stops FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_views_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON relationship_views FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_holders_stay BEFORE UPDATE ON relationship_holders FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.relationship_id IS DISTINCT FROM OLD.relationship_id OR NEW.side IS DISTINCT FROM OLD.side OR NEW.from_on IS DISTINCT FROM OLD.from_on OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT FROM OLD.noted_at)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_holders_kept BEFORE DELETE OR TRUNCATE ON relationship_holders FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_entries_stay BEFORE UPDATE ON relationship_entries FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.relationship_id IS DISTINCT FROM OLD.relationship_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.on_day IS DISTINCT FROM OLD.on_day OR NEW.told_by IS DISTINCT FROM OLD.told_by OR NEW.how IS DISTINCT FROM OLD.how OR NEW.news IS DISTINCT FROM OLD.news OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT FROM OLD.noted_at)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER relationship_entries_kept BEFORE DELETE OR TRUNCATE ON relationship_entries FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER questions_stay BEFORE UPDATE ON questions FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.asked_on IS DISTINCT FROM OLD.asked_on OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT FROM OLD.noted_at)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER questions_kept BEFORE DELETE OR TRUNCATE ON questions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
