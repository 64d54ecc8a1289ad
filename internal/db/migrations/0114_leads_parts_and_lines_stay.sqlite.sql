-- What was recorded of who leads a project, of its parts and of what happened stays;
-- names and words alone may have to be forgotten. Whom it can reach is removed, and not
-- changed. A priority and a budget line stay what they were first planned as; what they
-- are called now changes with the plan in force.
CREATE TRIGGER project_leads_stay BEFORE UPDATE ON project_leads WHEN NEW.area_id IS NOT OLD.area_id OR NEW.project_id IS NOT OLD.project_id OR NEW.number IS NOT OLD.number OR NEW.from_on IS NOT OLD.from_on OR NEW.kind IS NOT OLD.kind OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.resident IS NOT OLD.resident OR NEW.named IS NOT OLD.named OR NEW.noted_by IS NOT OLD.noted_by OR NEW.noted_at IS NOT OLD.noted_at
BEGIN SELECT RAISE(ABORT, 'project_leads is append-only'); END;
CREATE TRIGGER project_leads_stay_kept BEFORE DELETE ON project_leads BEGIN SELECT RAISE(ABORT, 'project_leads is append-only'); END;
CREATE TRIGGER project_parts_stay BEFORE UPDATE ON project_parts WHEN NEW.area_id IS NOT OLD.area_id OR NEW.id IS NOT OLD.id OR NEW.project_id IS NOT OLD.project_id OR NEW.kind IS NOT OLD.kind OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.role IS NOT OLD.role OR NEW.resident IS NOT OLD.resident OR NEW.named IS NOT OLD.named OR NEW.from_on IS NOT OLD.from_on OR NEW.noted_by IS NOT OLD.noted_by OR NEW.noted_at IS NOT OLD.noted_at
BEGIN SELECT RAISE(ABORT, 'project_parts is append-only'); END;
CREATE TRIGGER project_parts_stay_kept BEFORE DELETE ON project_parts BEGIN SELECT RAISE(ABORT, 'project_parts is append-only'); END;
CREATE TRIGGER project_happenings_stay BEFORE UPDATE ON project_happenings WHEN NEW.area_id IS NOT OLD.area_id OR NEW.id IS NOT OLD.id OR NEW.project_id IS NOT OLD.project_id OR NEW.on_day IS NOT OLD.on_day OR NEW.kind IS NOT OLD.kind OR NEW.public IS NOT OLD.public OR NEW.noted_by IS NOT OLD.noted_by OR NEW.noted_at IS NOT OLD.noted_at
BEGIN SELECT RAISE(ABORT, 'project_happenings is append-only'); END;
CREATE TRIGGER project_happenings_stay_kept BEFORE DELETE ON project_happenings BEGIN SELECT RAISE(ABORT, 'project_happenings is append-only'); END;
CREATE TRIGGER priorities_stay BEFORE UPDATE ON priorities WHEN NEW.area_id IS NOT OLD.area_id OR NEW.id IS NOT OLD.id OR NEW.name IS NOT OLD.name
BEGIN SELECT RAISE(ABORT, 'priorities is append-only'); END;
CREATE TRIGGER priorities_stay_kept BEFORE DELETE ON priorities BEGIN SELECT RAISE(ABORT, 'priorities is append-only'); END;
CREATE TRIGGER budget_lines_stay BEFORE UPDATE ON budget_lines WHEN NEW.area_id IS NOT OLD.area_id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.id IS NOT OLD.id OR NEW.priority_id IS NOT OLD.priority_id OR NEW.name IS NOT OLD.name OR NEW.theme IS NOT OLD.theme
BEGIN SELECT RAISE(ABORT, 'budget_lines is append-only'); END;
CREATE TRIGGER budget_lines_stay_kept BEFORE DELETE ON budget_lines BEGIN SELECT RAISE(ABORT, 'budget_lines is append-only'); END;
CREATE TRIGGER project_contacts_stay BEFORE UPDATE ON project_contacts BEGIN SELECT RAISE(ABORT, 'project_contacts are removed, and not changed'); END;
