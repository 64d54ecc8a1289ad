-- What is recorded stays: a mistake is undone by a further record. Of leads, parts
-- and what happened the names and words may have to be forgotten; contacts are
-- removed when they are needed no more.
CREATE TRIGGER projects_stay BEFORE UPDATE ON projects BEGIN SELECT RAISE(ABORT, 'projects is append-only'); END;
CREATE TRIGGER projects_stay_kept BEFORE DELETE ON projects BEGIN SELECT RAISE(ABORT, 'projects is append-only'); END;
CREATE TRIGGER project_versions_stay BEFORE UPDATE ON project_versions BEGIN SELECT RAISE(ABORT, 'project_versions is append-only'); END;
CREATE TRIGGER project_versions_stay_kept BEFORE DELETE ON project_versions BEGIN SELECT RAISE(ABORT, 'project_versions is append-only'); END;
CREATE TRIGGER project_lines_stay BEFORE UPDATE ON project_lines BEGIN SELECT RAISE(ABORT, 'project_lines is append-only'); END;
CREATE TRIGGER project_lines_stay_kept BEFORE DELETE ON project_lines BEGIN SELECT RAISE(ABORT, 'project_lines is append-only'); END;
CREATE TRIGGER project_states_stay BEFORE UPDATE ON project_states BEGIN SELECT RAISE(ABORT, 'project_states is append-only'); END;
CREATE TRIGGER project_states_stay_kept BEFORE DELETE ON project_states BEGIN SELECT RAISE(ABORT, 'project_states is append-only'); END;
CREATE TRIGGER milestones_stay BEFORE UPDATE ON milestones BEGIN SELECT RAISE(ABORT, 'milestones is append-only'); END;
CREATE TRIGGER milestones_stay_kept BEFORE DELETE ON milestones BEGIN SELECT RAISE(ABORT, 'milestones is append-only'); END;
CREATE TRIGGER milestone_plans_stay BEFORE UPDATE ON milestone_plans BEGIN SELECT RAISE(ABORT, 'milestone_plans is append-only'); END;
CREATE TRIGGER milestone_plans_stay_kept BEFORE DELETE ON milestone_plans BEGIN SELECT RAISE(ABORT, 'milestone_plans is append-only'); END;
CREATE TRIGGER milestone_ends_stay BEFORE UPDATE ON milestone_ends BEGIN SELECT RAISE(ABORT, 'milestone_ends is append-only'); END;
CREATE TRIGGER milestone_ends_stay_kept BEFORE DELETE ON milestone_ends BEGIN SELECT RAISE(ABORT, 'milestone_ends is append-only'); END;
CREATE TRIGGER project_terms_stay BEFORE UPDATE ON project_terms BEGIN SELECT RAISE(ABORT, 'project_terms is append-only'); END;
CREATE TRIGGER project_terms_stay_kept BEFORE DELETE ON project_terms BEGIN SELECT RAISE(ABORT, 'project_terms is append-only'); END;
CREATE TRIGGER requirements_stay BEFORE UPDATE ON requirements BEGIN SELECT RAISE(ABORT, 'requirements is append-only'); END;
CREATE TRIGGER requirements_stay_kept BEFORE DELETE ON requirements BEGIN SELECT RAISE(ABORT, 'requirements is append-only'); END;
CREATE TRIGGER requirement_outcomes_stay BEFORE UPDATE ON requirement_outcomes BEGIN SELECT RAISE(ABORT, 'requirement_outcomes is append-only'); END;
CREATE TRIGGER requirement_outcomes_stay_kept BEFORE DELETE ON requirement_outcomes BEGIN SELECT RAISE(ABORT, 'requirement_outcomes is append-only'); END;
CREATE TRIGGER risk_sheets_stay BEFORE UPDATE ON risk_sheets BEGIN SELECT RAISE(ABORT, 'risk_sheets is append-only'); END;
CREATE TRIGGER risk_sheets_stay_kept BEFORE DELETE ON risk_sheets BEGIN SELECT RAISE(ABORT, 'risk_sheets is append-only'); END;
CREATE TRIGGER risks_stay BEFORE UPDATE ON risks BEGIN SELECT RAISE(ABORT, 'risks is append-only'); END;
CREATE TRIGGER risks_stay_kept BEFORE DELETE ON risks BEGIN SELECT RAISE(ABORT, 'risks is append-only'); END;
CREATE TRIGGER activities_stay BEFORE UPDATE ON activities BEGIN SELECT RAISE(ABORT, 'activities is append-only'); END;
CREATE TRIGGER activities_stay_kept BEFORE DELETE ON activities BEGIN SELECT RAISE(ABORT, 'activities is append-only'); END;
CREATE TRIGGER activity_sessions_stay BEFORE UPDATE ON activity_sessions BEGIN SELECT RAISE(ABORT, 'activity_sessions is append-only'); END;
CREATE TRIGGER activity_sessions_stay_kept BEFORE DELETE ON activity_sessions BEGIN SELECT RAISE(ABORT, 'activity_sessions is append-only'); END;
CREATE TRIGGER session_gifts_stay BEFORE UPDATE ON session_gifts BEGIN SELECT RAISE(ABORT, 'session_gifts is append-only'); END;
CREATE TRIGGER session_gifts_stay_kept BEFORE DELETE ON session_gifts BEGIN SELECT RAISE(ABORT, 'session_gifts is append-only'); END;
CREATE TRIGGER activity_turns_stay BEFORE UPDATE ON activity_turns BEGIN SELECT RAISE(ABORT, 'activity_turns is append-only'); END;
CREATE TRIGGER activity_turns_stay_kept BEFORE DELETE ON activity_turns BEGIN SELECT RAISE(ABORT, 'activity_turns is append-only'); END;
CREATE TRIGGER project_part_ends_stay BEFORE UPDATE ON project_part_ends BEGIN SELECT RAISE(ABORT, 'project_part_ends is append-only'); END;
CREATE TRIGGER project_part_ends_stay_kept BEFORE DELETE ON project_part_ends BEGIN SELECT RAISE(ABORT, 'project_part_ends is append-only'); END;

-- A link is ended once, and never changed: not what it shows, and not for how long.
CREATE TRIGGER share_links_end BEFORE UPDATE ON share_links WHEN OLD.ended_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.digest IS NOT OLD.digest OR NEW.kind IS NOT OLD.kind OR NEW.programme_id IS NOT OLD.programme_id OR NEW.area_id IS NOT OLD.area_id OR NEW.subject IS NOT OLD.subject OR NEW.contents IS NOT OLD.contents OR NEW.until_on IS NOT OLD.until_on OR NEW.made_by IS NOT OLD.made_by OR NEW.hat_id IS NOT OLD.hat_id OR NEW.made_at IS NOT OLD.made_at
BEGIN SELECT RAISE(ABORT, 'a share link is only ended'); END;
CREATE TRIGGER share_links_kept BEFORE DELETE ON share_links BEGIN SELECT RAISE(ABORT, 'share_links is append-only'); END;
