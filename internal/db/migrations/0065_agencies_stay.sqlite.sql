-- What was written of units, posts and holders stays; when one ends is noted, and may
-- be noted anew. No body is ever deleted, nor the link to what came after it. Of people
-- what says who they are may be removed, and does not come back.
CREATE TRIGGER agency_unit_versions_stay BEFORE UPDATE ON agency_unit_versions BEGIN SELECT RAISE(ABORT, 'agency_unit_versions is append-only'); END;
CREATE TRIGGER agency_unit_versions_stay_kept BEFORE DELETE ON agency_unit_versions BEGIN SELECT RAISE(ABORT, 'agency_unit_versions is append-only'); END;
CREATE TRIGGER agency_unit_successors_stay BEFORE UPDATE ON agency_unit_successors BEGIN SELECT RAISE(ABORT, 'agency_unit_successors is append-only'); END;
CREATE TRIGGER agency_unit_successors_stay_kept BEFORE DELETE ON agency_unit_successors BEGIN SELECT RAISE(ABORT, 'agency_unit_successors is append-only'); END;
CREATE TRIGGER agency_post_versions_stay BEFORE UPDATE ON agency_post_versions BEGIN SELECT RAISE(ABORT, 'agency_post_versions is append-only'); END;
CREATE TRIGGER agency_post_versions_stay_kept BEFORE DELETE ON agency_post_versions BEGIN SELECT RAISE(ABORT, 'agency_post_versions is append-only'); END;
CREATE TRIGGER agency_types_stay BEFORE UPDATE ON agency_types BEGIN SELECT RAISE(ABORT, 'agency_types is append-only'); END;
CREATE TRIGGER agency_types_stay_kept BEFORE DELETE ON agency_types BEGIN SELECT RAISE(ABORT, 'agency_types is append-only'); END;
CREATE TRIGGER agency_units_stay BEFORE UPDATE ON agency_units WHEN OLD.area_id IS NOT NEW.area_id OR OLD.id IS NOT NEW.id OR OLD.from_on IS NOT NEW.from_on OR OLD.added_by IS NOT NEW.added_by OR OLD.added_at IS NOT NEW.added_at BEGIN SELECT RAISE(ABORT, 'agency_units is append-only'); END;
CREATE TRIGGER agency_posts_stay BEFORE UPDATE ON agency_posts WHEN OLD.area_id IS NOT NEW.area_id OR OLD.id IS NOT NEW.id OR OLD.from_on IS NOT NEW.from_on OR OLD.added_by IS NOT NEW.added_by OR OLD.added_at IS NOT NEW.added_at BEGIN SELECT RAISE(ABORT, 'agency_posts is append-only'); END;
CREATE TRIGGER agency_holdings_stay BEFORE UPDATE ON agency_holdings WHEN OLD.area_id IS NOT NEW.area_id OR OLD.id IS NOT NEW.id OR OLD.post_id IS NOT NEW.post_id OR OLD.contact_id IS NOT NEW.contact_id OR OLD.from_on IS NOT NEW.from_on OR OLD.added_by IS NOT NEW.added_by OR OLD.added_at IS NOT NEW.added_at BEGIN SELECT RAISE(ABORT, 'agency_holdings is append-only'); END;
CREATE TRIGGER agencies_stay BEFORE UPDATE ON agencies WHEN OLD.organisation_id IS NOT NEW.organisation_id OR OLD.added_for IS NOT NEW.added_for BEGIN SELECT RAISE(ABORT, 'agencies is append-only'); END;
CREATE TRIGGER agency_units_stay_kept BEFORE DELETE ON agency_units BEGIN SELECT RAISE(ABORT, 'agency_units is append-only'); END;
CREATE TRIGGER agency_posts_stay_kept BEFORE DELETE ON agency_posts BEGIN SELECT RAISE(ABORT, 'agency_posts is append-only'); END;
CREATE TRIGGER agency_holdings_stay_kept BEFORE DELETE ON agency_holdings BEGIN SELECT RAISE(ABORT, 'agency_holdings is append-only'); END;
CREATE TRIGGER agencies_stay_kept BEFORE DELETE ON agencies BEGIN SELECT RAISE(ABORT, 'agencies is append-only'); END;
CREATE TRIGGER agency_names_stay_kept BEFORE DELETE ON agency_names BEGIN SELECT RAISE(ABORT, 'agency_names is append-only'); END;
CREATE TRIGGER agency_codes_stay_kept BEFORE DELETE ON agency_codes BEGIN SELECT RAISE(ABORT, 'agency_codes is append-only'); END;
CREATE TRIGGER agency_links_stay_kept BEFORE DELETE ON agency_links BEGIN SELECT RAISE(ABORT, 'agency_links is append-only'); END;
CREATE TRIGGER agency_listings_stay_kept BEFORE DELETE ON agency_listings BEGIN SELECT RAISE(ABORT, 'agency_listings is append-only'); END;
CREATE TRIGGER agency_contacts_stay_kept BEFORE DELETE ON agency_contacts BEGIN SELECT RAISE(ABORT, 'agency_contacts is append-only'); END;
CREATE TRIGGER agency_contacts_forgotten BEFORE UPDATE ON agency_contacts WHEN OLD.forgotten_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'agency_contacts is append-only'); END;
CREATE TRIGGER agency_places_stay_kept BEFORE DELETE ON agency_places BEGIN SELECT RAISE(ABORT, 'agency_places is append-only'); END;
CREATE TRIGGER agency_offers_stay_kept BEFORE DELETE ON agency_offers BEGIN SELECT RAISE(ABORT, 'agency_offers is append-only'); END;
CREATE TRIGGER directory_entries_stay BEFORE UPDATE ON directory_entries BEGIN SELECT RAISE(ABORT, 'directory_entries is append-only'); END;
CREATE TRIGGER directory_entries_stay_kept BEFORE DELETE ON directory_entries BEGIN SELECT RAISE(ABORT, 'directory_entries is append-only'); END;
CREATE TRIGGER referral_cards_stay BEFORE UPDATE ON referral_cards BEGIN SELECT RAISE(ABORT, 'referral_cards is append-only'); END;
CREATE TRIGGER referral_cards_stay_kept BEFORE DELETE ON referral_cards BEGIN SELECT RAISE(ABORT, 'referral_cards is append-only'); END;
CREATE TRIGGER alike_seen_stay BEFORE UPDATE ON alike_seen BEGIN SELECT RAISE(ABORT, 'alike_seen is append-only'); END;
CREATE TRIGGER alike_seen_stay_kept BEFORE DELETE ON alike_seen BEGIN SELECT RAISE(ABORT, 'alike_seen is append-only'); END;
