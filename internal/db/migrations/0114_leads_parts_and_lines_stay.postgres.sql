-- What was recorded of who leads a project, of its parts and of what happened stays;
-- names and words alone may have to be forgotten. Whom it can reach is removed, and not
-- changed. A priority and a budget line stay what they were first planned as; what they
-- are called now changes with the plan in force.
CREATE TRIGGER project_leads_stay BEFORE UPDATE ON project_leads FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.project_id IS DISTINCT FROM OLD.project_id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.from_on IS DISTINCT FROM OLD.from_on OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.resident IS DISTINCT FROM OLD.resident OR NEW.named IS DISTINCT FROM OLD.named OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT FROM OLD.noted_at)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_leads_stay_kept BEFORE DELETE OR TRUNCATE ON project_leads FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_parts_stay BEFORE UPDATE ON project_parts FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.project_id IS DISTINCT FROM OLD.project_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id OR NEW.role IS DISTINCT FROM OLD.role OR NEW.resident IS DISTINCT FROM OLD.resident OR NEW.named IS DISTINCT FROM OLD.named OR NEW.from_on IS DISTINCT FROM OLD.from_on OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT FROM OLD.noted_at)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_parts_stay_kept BEFORE DELETE OR TRUNCATE ON project_parts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_happenings_stay BEFORE UPDATE ON project_happenings FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.project_id IS DISTINCT FROM OLD.project_id OR NEW.on_day IS DISTINCT FROM OLD.on_day OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.public IS DISTINCT FROM OLD.public OR NEW.noted_by IS DISTINCT FROM OLD.noted_by OR NEW.noted_at IS DISTINCT FROM OLD.noted_at)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_happenings_stay_kept BEFORE DELETE OR TRUNCATE ON project_happenings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER priorities_stay BEFORE UPDATE ON priorities FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.name IS DISTINCT FROM OLD.name)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER priorities_stay_kept BEFORE DELETE OR TRUNCATE ON priorities FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER budget_lines_stay BEFORE UPDATE ON budget_lines FOR EACH ROW WHEN (NEW.area_id IS DISTINCT FROM OLD.area_id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.id IS DISTINCT FROM OLD.id OR NEW.priority_id IS DISTINCT FROM OLD.priority_id OR NEW.name IS DISTINCT FROM OLD.name OR NEW.theme IS DISTINCT FROM OLD.theme)
EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER budget_lines_stay_kept BEFORE DELETE OR TRUNCATE ON budget_lines FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER project_contacts_stay BEFORE UPDATE ON project_contacts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
