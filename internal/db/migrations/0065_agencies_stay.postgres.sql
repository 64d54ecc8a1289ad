-- What was written of units, posts and holders stays; when one ends is noted, and may
-- be noted anew. No body is ever deleted, nor the link to what came after it. Of people
-- what says who they are may be removed, and does not come back.
CREATE TRIGGER agency_unit_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agency_unit_versions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_unit_successors_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agency_unit_successors FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_post_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agency_post_versions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_types_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agency_types FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_units_stay BEFORE UPDATE ON agency_units FOR EACH ROW WHEN (OLD.area_id IS DISTINCT FROM NEW.area_id OR OLD.id IS DISTINCT FROM NEW.id OR OLD.from_on IS DISTINCT FROM NEW.from_on OR OLD.added_by IS DISTINCT FROM NEW.added_by OR OLD.added_at IS DISTINCT FROM NEW.added_at) EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_posts_stay BEFORE UPDATE ON agency_posts FOR EACH ROW WHEN (OLD.area_id IS DISTINCT FROM NEW.area_id OR OLD.id IS DISTINCT FROM NEW.id OR OLD.from_on IS DISTINCT FROM NEW.from_on OR OLD.added_by IS DISTINCT FROM NEW.added_by OR OLD.added_at IS DISTINCT FROM NEW.added_at) EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_holdings_stay BEFORE UPDATE ON agency_holdings FOR EACH ROW WHEN (OLD.area_id IS DISTINCT FROM NEW.area_id OR OLD.id IS DISTINCT FROM NEW.id OR OLD.post_id IS DISTINCT FROM NEW.post_id OR OLD.contact_id IS DISTINCT FROM NEW.contact_id OR OLD.from_on IS DISTINCT FROM NEW.from_on OR OLD.added_by IS DISTINCT FROM NEW.added_by OR OLD.added_at IS DISTINCT FROM NEW.added_at) EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agencies_stay BEFORE UPDATE ON agencies FOR EACH ROW WHEN (OLD.organisation_id IS DISTINCT FROM NEW.organisation_id OR OLD.added_for IS DISTINCT FROM NEW.added_for) EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_units_stay_kept BEFORE DELETE OR TRUNCATE ON agency_units FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_posts_stay_kept BEFORE DELETE OR TRUNCATE ON agency_posts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_holdings_stay_kept BEFORE DELETE OR TRUNCATE ON agency_holdings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agencies_stay_kept BEFORE DELETE OR TRUNCATE ON agencies FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_names_stay_kept BEFORE DELETE OR TRUNCATE ON agency_names FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_codes_stay_kept BEFORE DELETE OR TRUNCATE ON agency_codes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_links_stay_kept BEFORE DELETE OR TRUNCATE ON agency_links FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_listings_stay_kept BEFORE DELETE OR TRUNCATE ON agency_listings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_contacts_stay_kept BEFORE DELETE OR TRUNCATE ON agency_contacts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_contacts_forgotten BEFORE UPDATE ON agency_contacts FOR EACH ROW WHEN (OLD.forgotten_at IS NOT NULL) EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_places_stay_kept BEFORE DELETE OR TRUNCATE ON agency_places FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agency_offers_stay_kept BEFORE DELETE OR TRUNCATE ON agency_offers FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER directory_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON directory_entries FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER referral_cards_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON referral_cards FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER alike_seen_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON alike_seen FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
