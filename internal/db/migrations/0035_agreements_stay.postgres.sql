-- What is agreed stays: another text is another version, and a mistake is put right by a further record.
CREATE TRIGGER endorsements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON endorsements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER endorsement_members_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON endorsement_members FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agreements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agreements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agreement_signatures_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_signatures FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER agreement_readings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_readings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER legal_forms_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON legal_forms FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER partnership_reviews_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON partnership_reviews FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER partnership_review_drafts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON partnership_review_drafts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER partnership_review_answers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON partnership_review_answers FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER partnership_review_endings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON partnership_review_endings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();

-- A memorandum is signed when the partnership is endorsed: by its chair first.
CREATE FUNCTION memorandum_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.side = 'partnership' AND NEW.role <> 'chair' THEN
		RAISE EXCEPTION 'the chair signs for the partnership';
	END IF;
	IF EXISTS (SELECT 1 FROM agreements a WHERE a.area_id = NEW.area_id AND a.id = NEW.agreement_id AND a.kind = 'memorandum') THEN
		IF NOT EXISTS (SELECT 1 FROM endorsements e WHERE e.area_id = NEW.area_id AND e.endorsed_on <= NEW.signed_on) THEN
			RAISE EXCEPTION 'a memorandum is signed after the endorsement';
		END IF;
		IF NEW.side = 'funder' AND NOT EXISTS (SELECT 1 FROM agreement_signatures s WHERE s.area_id = NEW.area_id AND s.agreement_id = NEW.agreement_id AND s.side = 'partnership') THEN
			RAISE EXCEPTION 'a memorandum is signed by the chair first';
		END IF;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER memorandum_in_order BEFORE INSERT ON agreement_signatures FOR EACH ROW EXECUTE FUNCTION memorandum_in_order();

-- A review that is finished is not changed.
CREATE FUNCTION finished_reviews_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM partnership_review_endings e WHERE e.area_id = NEW.area_id AND e.review_id = NEW.review_id) THEN
		RAISE EXCEPTION 'a finished review is not changed';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER finished_reviews_stay BEFORE INSERT ON partnership_review_drafts FOR EACH ROW EXECUTE FUNCTION finished_reviews_stay();
