-- What is recorded stays, and what is decided is closed: nothing is added to it but
-- who was told, and what took its place. A ballot is cast before the vote closes, on
-- the words that are voted on.
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decisions_stay_kept BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions is append-only'); END;
CREATE TRIGGER decision_proposers_stay BEFORE UPDATE ON decision_proposers BEGIN SELECT RAISE(ABORT, 'decision_proposers is append-only'); END;
CREATE TRIGGER decision_proposers_stay_kept BEFORE DELETE ON decision_proposers BEGIN SELECT RAISE(ABORT, 'decision_proposers is append-only'); END;
CREATE TRIGGER decision_texts_stay BEFORE UPDATE ON decision_texts BEGIN SELECT RAISE(ABORT, 'decision_texts is append-only'); END;
CREATE TRIGGER decision_texts_stay_kept BEFORE DELETE ON decision_texts BEGIN SELECT RAISE(ABORT, 'decision_texts is append-only'); END;
CREATE TRIGGER decision_lines_stay BEFORE UPDATE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
CREATE TRIGGER decision_lines_stay_kept BEFORE DELETE ON decision_lines BEGIN SELECT RAISE(ABORT, 'decision_lines is append-only'); END;
CREATE TRIGGER decision_parties_stay BEFORE UPDATE ON decision_parties BEGIN SELECT RAISE(ABORT, 'decision_parties is append-only'); END;
CREATE TRIGGER decision_parties_stay_kept BEFORE DELETE ON decision_parties BEGIN SELECT RAISE(ABORT, 'decision_parties is append-only'); END;
CREATE TRIGGER decision_openings_stay BEFORE UPDATE ON decision_openings BEGIN SELECT RAISE(ABORT, 'decision_openings is append-only'); END;
CREATE TRIGGER decision_openings_stay_kept BEFORE DELETE ON decision_openings BEGIN SELECT RAISE(ABORT, 'decision_openings is append-only'); END;
CREATE TRIGGER decision_recusals_stay BEFORE UPDATE ON decision_recusals BEGIN SELECT RAISE(ABORT, 'decision_recusals is append-only'); END;
CREATE TRIGGER decision_recusals_stay_kept BEFORE DELETE ON decision_recusals BEGIN SELECT RAISE(ABORT, 'decision_recusals is append-only'); END;
CREATE TRIGGER decision_positions_stay BEFORE UPDATE ON decision_positions BEGIN SELECT RAISE(ABORT, 'decision_positions is append-only'); END;
CREATE TRIGGER decision_positions_stay_kept BEFORE DELETE ON decision_positions BEGIN SELECT RAISE(ABORT, 'decision_positions is append-only'); END;
CREATE TRIGGER decision_answers_stay BEFORE UPDATE ON decision_answers BEGIN SELECT RAISE(ABORT, 'decision_answers is append-only'); END;
CREATE TRIGGER decision_answers_stay_kept BEFORE DELETE ON decision_answers BEGIN SELECT RAISE(ABORT, 'decision_answers is append-only'); END;
CREATE TRIGGER decision_attempts_stay BEFORE UPDATE ON decision_attempts BEGIN SELECT RAISE(ABORT, 'decision_attempts is append-only'); END;
CREATE TRIGGER decision_attempts_stay_kept BEFORE DELETE ON decision_attempts BEGIN SELECT RAISE(ABORT, 'decision_attempts is append-only'); END;
CREATE TRIGGER decision_extensions_stay BEFORE UPDATE ON decision_extensions BEGIN SELECT RAISE(ABORT, 'decision_extensions is append-only'); END;
CREATE TRIGGER decision_extensions_stay_kept BEFORE DELETE ON decision_extensions BEGIN SELECT RAISE(ABORT, 'decision_extensions is append-only'); END;
CREATE TRIGGER decision_electors_stay BEFORE UPDATE ON decision_electors BEGIN SELECT RAISE(ABORT, 'decision_electors is append-only'); END;
CREATE TRIGGER decision_electors_stay_kept BEFORE DELETE ON decision_electors BEGIN SELECT RAISE(ABORT, 'decision_electors is append-only'); END;
CREATE TRIGGER decision_ballots_stay BEFORE UPDATE ON decision_ballots BEGIN SELECT RAISE(ABORT, 'decision_ballots is append-only'); END;
CREATE TRIGGER decision_ballots_stay_kept BEFORE DELETE ON decision_ballots BEGIN SELECT RAISE(ABORT, 'decision_ballots is append-only'); END;
CREATE TRIGGER decision_confirmations_stay BEFORE UPDATE ON decision_confirmations BEGIN SELECT RAISE(ABORT, 'decision_confirmations is append-only'); END;
CREATE TRIGGER decision_confirmations_stay_kept BEFORE DELETE ON decision_confirmations BEGIN SELECT RAISE(ABORT, 'decision_confirmations is append-only'); END;
CREATE TRIGGER decision_results_stay BEFORE UPDATE ON decision_results BEGIN SELECT RAISE(ABORT, 'decision_results is append-only'); END;
CREATE TRIGGER decision_results_stay_kept BEFORE DELETE ON decision_results BEGIN SELECT RAISE(ABORT, 'decision_results is append-only'); END;
CREATE TRIGGER decision_exclusions_stay BEFORE UPDATE ON decision_exclusions BEGIN SELECT RAISE(ABORT, 'decision_exclusions is append-only'); END;
CREATE TRIGGER decision_exclusions_stay_kept BEFORE DELETE ON decision_exclusions BEGIN SELECT RAISE(ABORT, 'decision_exclusions is append-only'); END;
CREATE TRIGGER decision_replacements_stay BEFORE UPDATE ON decision_replacements BEGIN SELECT RAISE(ABORT, 'decision_replacements is append-only'); END;
CREATE TRIGGER decision_replacements_stay_kept BEFORE DELETE ON decision_replacements BEGIN SELECT RAISE(ABORT, 'decision_replacements is append-only'); END;
CREATE TRIGGER decision_tellings_stay BEFORE UPDATE ON decision_tellings BEGIN SELECT RAISE(ABORT, 'decision_tellings is append-only'); END;
CREATE TRIGGER decision_tellings_stay_kept BEFORE DELETE ON decision_tellings BEGIN SELECT RAISE(ABORT, 'decision_tellings is append-only'); END;

CREATE TRIGGER decision_polls_stay_kept BEFORE DELETE ON decision_polls BEGIN SELECT RAISE(ABORT, 'decision_polls is append-only'); END;
CREATE TRIGGER decision_polls_close BEFORE UPDATE ON decision_polls
WHEN NEW.area_id <> OLD.area_id OR NEW.number <> OLD.number OR NEW.version <> OLD.version OR NEW.hash <> OLD.hash OR NEW.opened_by <> OLD.opened_by
	OR NEW.opened_at <> OLD.opened_at OR NEW.closes_at < OLD.closes_at OR NEW.rules_version <> OLD.rules_version OR NEW.majority <> OLD.majority
	OR NEW.quorum <> OLD.quorum OR NEW.electorate <> OLD.electorate
	OR NEW.ballots < OLD.ballots
	OR EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = OLD.area_id AND r.number = OLD.number)
BEGIN SELECT RAISE(ABORT, 'a vote keeps its rule, and closes no sooner'); END;

CREATE TRIGGER decision_texts_closed BEFORE INSERT ON decision_texts WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_exclusions_closed BEFORE INSERT ON decision_exclusions WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_proposers_closed BEFORE INSERT ON decision_proposers WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_lines_closed BEFORE INSERT ON decision_lines WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_parties_closed BEFORE INSERT ON decision_parties WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_openings_closed BEFORE INSERT ON decision_openings WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_recusals_closed BEFORE INSERT ON decision_recusals WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_positions_closed BEFORE INSERT ON decision_positions WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_answers_closed BEFORE INSERT ON decision_answers WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_attempts_closed BEFORE INSERT ON decision_attempts WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_extensions_closed BEFORE INSERT ON decision_extensions WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_electors_closed BEFORE INSERT ON decision_electors WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_ballots_closed BEFORE INSERT ON decision_ballots WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_confirmations_closed BEFORE INSERT ON decision_confirmations WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;
CREATE TRIGGER decision_polls_closed BEFORE INSERT ON decision_polls WHEN EXISTS (SELECT 1 FROM decision_results r WHERE r.area_id = NEW.area_id AND r.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is decided is closed'); END;

CREATE TRIGGER decision_texts_voted_on BEFORE INSERT ON decision_texts WHEN EXISTS (SELECT 1 FROM decision_polls p WHERE p.area_id = NEW.area_id AND p.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'what is voted on does not change'); END;
CREATE TRIGGER decision_ballots_in_time BEFORE INSERT ON decision_ballots
WHEN NOT EXISTS (SELECT 1 FROM decision_polls p WHERE p.area_id = NEW.area_id AND p.number = NEW.number AND p.hash = NEW.hash AND NEW.entered_at >= p.opened_at AND NEW.entered_at < p.closes_at)
BEGIN SELECT RAISE(ABORT, 'a ballot is cast before the vote closes'); END;
