-- What a version says stays, and so does what was fed back or finished.
CREATE TRIGGER plan_priorities_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_priorities FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_objectives_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_objectives FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_actions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_actions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_action_notes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_action_notes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_line_years_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_line_years FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_evidence_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_evidence FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_endorsements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_endorsements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER consultations_stay BEFORE UPDATE ON consultations FOR EACH ROW WHEN (OLD.fed_back_on IS NOT NULL) EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER consultations_stay_kept BEFORE DELETE OR TRUNCATE ON consultations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_reviews_stay BEFORE UPDATE ON plan_reviews FOR EACH ROW WHEN (OLD.finished_on IS NOT NULL) EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_reviews_stay_kept BEFORE DELETE OR TRUNCATE ON plan_reviews FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_drafts_stay BEFORE UPDATE ON plan_drafts FOR EACH ROW WHEN (OLD.ended <> '') EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_drafts_stay_kept BEFORE DELETE OR TRUNCATE ON plan_drafts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
