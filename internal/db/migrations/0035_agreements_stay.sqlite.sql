-- What is agreed stays: another text is another version, and a mistake is put right by a further record.
CREATE TRIGGER endorsements_stay BEFORE UPDATE ON endorsements BEGIN SELECT RAISE(ABORT, 'endorsements is append-only'); END;
CREATE TRIGGER endorsements_stay_kept BEFORE DELETE ON endorsements BEGIN SELECT RAISE(ABORT, 'endorsements is append-only'); END;
CREATE TRIGGER endorsement_members_stay BEFORE UPDATE ON endorsement_members BEGIN SELECT RAISE(ABORT, 'endorsement_members is append-only'); END;
CREATE TRIGGER endorsement_members_stay_kept BEFORE DELETE ON endorsement_members BEGIN SELECT RAISE(ABORT, 'endorsement_members is append-only'); END;
CREATE TRIGGER agreements_stay BEFORE UPDATE ON agreements BEGIN SELECT RAISE(ABORT, 'agreements is append-only'); END;
CREATE TRIGGER agreements_stay_kept BEFORE DELETE ON agreements BEGIN SELECT RAISE(ABORT, 'agreements is append-only'); END;
CREATE TRIGGER agreement_signatures_stay BEFORE UPDATE ON agreement_signatures BEGIN SELECT RAISE(ABORT, 'agreement_signatures is append-only'); END;
CREATE TRIGGER agreement_signatures_stay_kept BEFORE DELETE ON agreement_signatures BEGIN SELECT RAISE(ABORT, 'agreement_signatures is append-only'); END;
CREATE TRIGGER agreement_readings_stay BEFORE UPDATE ON agreement_readings BEGIN SELECT RAISE(ABORT, 'agreement_readings is append-only'); END;
CREATE TRIGGER agreement_readings_stay_kept BEFORE DELETE ON agreement_readings BEGIN SELECT RAISE(ABORT, 'agreement_readings is append-only'); END;
CREATE TRIGGER legal_forms_stay BEFORE UPDATE ON legal_forms BEGIN SELECT RAISE(ABORT, 'legal_forms is append-only'); END;
CREATE TRIGGER legal_forms_stay_kept BEFORE DELETE ON legal_forms BEGIN SELECT RAISE(ABORT, 'legal_forms is append-only'); END;
CREATE TRIGGER partnership_reviews_stay BEFORE UPDATE ON partnership_reviews BEGIN SELECT RAISE(ABORT, 'partnership_reviews is append-only'); END;
CREATE TRIGGER partnership_reviews_stay_kept BEFORE DELETE ON partnership_reviews BEGIN SELECT RAISE(ABORT, 'partnership_reviews is append-only'); END;
CREATE TRIGGER partnership_review_drafts_stay BEFORE UPDATE ON partnership_review_drafts BEGIN SELECT RAISE(ABORT, 'partnership_review_drafts is append-only'); END;
CREATE TRIGGER partnership_review_drafts_stay_kept BEFORE DELETE ON partnership_review_drafts BEGIN SELECT RAISE(ABORT, 'partnership_review_drafts is append-only'); END;
CREATE TRIGGER partnership_review_answers_stay BEFORE UPDATE ON partnership_review_answers BEGIN SELECT RAISE(ABORT, 'partnership_review_answers is append-only'); END;
CREATE TRIGGER partnership_review_answers_stay_kept BEFORE DELETE ON partnership_review_answers BEGIN SELECT RAISE(ABORT, 'partnership_review_answers is append-only'); END;
CREATE TRIGGER partnership_review_endings_stay BEFORE UPDATE ON partnership_review_endings BEGIN SELECT RAISE(ABORT, 'partnership_review_endings is append-only'); END;
CREATE TRIGGER partnership_review_endings_stay_kept BEFORE DELETE ON partnership_review_endings BEGIN SELECT RAISE(ABORT, 'partnership_review_endings is append-only'); END;

-- A memorandum is signed when the partnership is endorsed: by its chair first.
CREATE TRIGGER memorandum_after_endorsement BEFORE INSERT ON agreement_signatures
WHEN EXISTS (SELECT 1 FROM agreements a WHERE a.area_id = NEW.area_id AND a.id = NEW.agreement_id AND a.kind = 'memorandum')
	AND NOT EXISTS (SELECT 1 FROM endorsements e WHERE e.area_id = NEW.area_id AND e.endorsed_on <= NEW.signed_on)
BEGIN SELECT RAISE(ABORT, 'a memorandum is signed after the endorsement'); END;
CREATE TRIGGER memorandum_chair_first BEFORE INSERT ON agreement_signatures
WHEN NEW.side = 'funder'
	AND EXISTS (SELECT 1 FROM agreements a WHERE a.area_id = NEW.area_id AND a.id = NEW.agreement_id AND a.kind = 'memorandum')
	AND NOT EXISTS (SELECT 1 FROM agreement_signatures s WHERE s.area_id = NEW.area_id AND s.agreement_id = NEW.agreement_id AND s.side = 'partnership')
BEGIN SELECT RAISE(ABORT, 'a memorandum is signed by the chair first'); END;
CREATE TRIGGER memorandum_by_chair BEFORE INSERT ON agreement_signatures
WHEN NEW.side = 'partnership' AND NEW.role <> 'chair'
BEGIN SELECT RAISE(ABORT, 'the chair signs for the partnership'); END;

-- A review that is finished is not changed.
CREATE TRIGGER finished_reviews_stay BEFORE INSERT ON partnership_review_drafts
WHEN EXISTS (SELECT 1 FROM partnership_review_endings e WHERE e.area_id = NEW.area_id AND e.review_id = NEW.review_id)
BEGIN SELECT RAISE(ABORT, 'a finished review is not changed'); END;
