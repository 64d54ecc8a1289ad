-- What is recorded stays, and what is decided is closed: nothing is added to it but
-- who was told, and what took its place. A ballot is cast before the vote closes, on
-- the words that are voted on.
CREATE TRIGGER decisions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_proposers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_proposers FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_texts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_texts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_lines FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_parties_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_parties FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_openings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_openings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_recusals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_recusals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_positions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_positions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_answers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_answers FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_attempts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_attempts FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_extensions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_extensions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_electors_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_electors FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_ballots_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_ballots FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_confirmations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_confirmations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_results_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_results FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_exclusions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_exclusions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_replacements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_replacements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER decision_tellings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_tellings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();

CREATE TRIGGER decision_polls_stay BEFORE DELETE OR TRUNCATE ON decision_polls FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE FUNCTION decision_polls_keep_their_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.area_id <> OLD.area_id OR NEW.number <> OLD.number OR NEW.version <> OLD.version OR NEW.hash <> OLD.hash OR NEW.opened_by <> OLD.opened_by
		OR NEW.opened_at <> OLD.opened_at OR NEW.closes_at < OLD.closes_at OR NEW.rules_version <> OLD.rules_version OR NEW.majority <> OLD.majority
		OR NEW.quorum <> OLD.quorum OR NEW.electorate <> OLD.electorate
		OR NEW.ballots < OLD.ballots
		OR EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = OLD.area_id AND r.number = OLD.number)
	THEN RAISE EXCEPTION 'a vote keeps its rule, and closes no sooner'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER decision_polls_close BEFORE UPDATE ON decision_polls FOR EACH ROW EXECUTE FUNCTION decision_polls_keep_their_rule();

CREATE FUNCTION decisions_are_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number)
	THEN RAISE EXCEPTION 'what is decided is closed'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER decision_texts_closed BEFORE INSERT ON decision_texts FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_exclusions_closed BEFORE INSERT ON decision_exclusions FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_proposers_closed BEFORE INSERT ON decision_proposers FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_lines_closed BEFORE INSERT ON decision_lines FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_parties_closed BEFORE INSERT ON decision_parties FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_openings_closed BEFORE INSERT ON decision_openings FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_recusals_closed BEFORE INSERT ON decision_recusals FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_positions_closed BEFORE INSERT ON decision_positions FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_answers_closed BEFORE INSERT ON decision_answers FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_attempts_closed BEFORE INSERT ON decision_attempts FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_extensions_closed BEFORE INSERT ON decision_extensions FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_electors_closed BEFORE INSERT ON decision_electors FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_ballots_closed BEFORE INSERT ON decision_ballots FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_confirmations_closed BEFORE INSERT ON decision_confirmations FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();
CREATE TRIGGER decision_polls_closed BEFORE INSERT ON decision_polls FOR EACH ROW EXECUTE FUNCTION decisions_are_closed();

CREATE FUNCTION what_is_voted_on_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM decision_polls p WHERE p.area_id = NEW.area_id AND p.number = NEW.number)
	THEN RAISE EXCEPTION 'what is voted on does not change'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER decision_texts_voted_on BEFORE INSERT ON decision_texts FOR EACH ROW EXECUTE FUNCTION what_is_voted_on_stays();

CREATE FUNCTION ballots_are_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM decision_polls p WHERE p.area_id = NEW.area_id AND p.number = NEW.number AND p.hash = NEW.hash AND NEW.entered_at >= p.opened_at AND NEW.entered_at < p.closes_at)
	THEN RAISE EXCEPTION 'a ballot is cast before the vote closes'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER decision_ballots_in_time BEFORE INSERT ON decision_ballots FOR EACH ROW EXECUTE FUNCTION ballots_are_in_time();
