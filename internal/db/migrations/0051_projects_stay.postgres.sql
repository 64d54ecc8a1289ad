-- What is recorded stays: a mistake is undone by a further record. Of leads, parts
-- and what happened the names and words may have to be forgotten; contacts are
-- removed when they are needed no more.
CREATE TRIGGER projects_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON projects FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON project_versions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON project_lines FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_states_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON project_states FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER milestones_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON milestones FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER milestone_plans_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON milestone_plans FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER milestone_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON milestone_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_terms_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON project_terms FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER requirements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON requirements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER requirement_outcomes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON requirement_outcomes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER risk_sheets_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON risk_sheets FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER risks_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON risks FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER activities_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON activities FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER activity_sessions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_sessions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER session_gifts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON session_gifts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER activity_turns_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_turns FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_part_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON project_part_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();

-- A link is ended once, and never changed: not what it shows, and not for how long.
CREATE FUNCTION share_links_are_only_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a share link is only ended'; END $$;

CREATE TRIGGER share_links_end BEFORE UPDATE ON share_links FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL OR NEW.id IS DISTINCT FROM OLD.id OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.subject IS DISTINCT FROM OLD.subject OR NEW.contents IS DISTINCT FROM OLD.contents OR NEW.until_on IS DISTINCT FROM OLD.until_on OR NEW.made_by IS DISTINCT FROM OLD.made_by OR NEW.hat_id IS DISTINCT FROM OLD.hat_id OR NEW.made_at IS DISTINCT FROM OLD.made_at)
EXECUTE FUNCTION share_links_are_only_ended();
CREATE TRIGGER share_links_kept BEFORE DELETE OR TRUNCATE ON share_links FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
