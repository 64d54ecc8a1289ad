-- What is recorded stays: a mistake is undone by a further record. Of holders, of
-- the story and of who asked, the names and words may have to be forgotten.
CREATE TRIGGER relationships_stay BEFORE UPDATE ON relationships BEGIN SELECT RAISE(ABORT, 'relationships is append-only'); END;
CREATE TRIGGER relationships_stay_kept BEFORE DELETE ON relationships BEGIN SELECT RAISE(ABORT, 'relationships is append-only'); END;
CREATE TRIGGER relationship_versions_stay BEFORE UPDATE ON relationship_versions BEGIN SELECT RAISE(ABORT, 'relationship_versions is append-only'); END;
CREATE TRIGGER relationship_versions_stay_kept BEFORE DELETE ON relationship_versions BEGIN SELECT RAISE(ABORT, 'relationship_versions is append-only'); END;
CREATE TRIGGER relationship_states_stay BEFORE UPDATE ON relationship_states BEGIN SELECT RAISE(ABORT, 'relationship_states is append-only'); END;
CREATE TRIGGER relationship_states_stay_kept BEFORE DELETE ON relationship_states BEGIN SELECT RAISE(ABORT, 'relationship_states is append-only'); END;
CREATE TRIGGER relationship_purposes_stay BEFORE UPDATE ON relationship_purposes BEGIN SELECT RAISE(ABORT, 'relationship_purposes is append-only'); END;
CREATE TRIGGER relationship_purposes_stay_kept BEFORE DELETE ON relationship_purposes BEGIN SELECT RAISE(ABORT, 'relationship_purposes is append-only'); END;
CREATE TRIGGER relationship_factors_stay BEFORE UPDATE ON relationship_factors BEGIN SELECT RAISE(ABORT, 'relationship_factors is append-only'); END;
CREATE TRIGGER relationship_factors_stay_kept BEFORE DELETE ON relationship_factors BEGIN SELECT RAISE(ABORT, 'relationship_factors is append-only'); END;
CREATE TRIGGER relationship_holder_ends_stay BEFORE UPDATE ON relationship_holder_ends BEGIN SELECT RAISE(ABORT, 'relationship_holder_ends is append-only'); END;
CREATE TRIGGER relationship_holder_ends_stay_kept BEFORE DELETE ON relationship_holder_ends BEGIN SELECT RAISE(ABORT, 'relationship_holder_ends is append-only'); END;
CREATE TRIGGER relationship_merges_stay BEFORE UPDATE ON relationship_merges BEGIN SELECT RAISE(ABORT, 'relationship_merges is append-only'); END;
CREATE TRIGGER relationship_merges_stay_kept BEFORE DELETE ON relationship_merges BEGIN SELECT RAISE(ABORT, 'relationship_merges is append-only'); END;
CREATE TRIGGER promises_stay BEFORE UPDATE ON promises BEGIN SELECT RAISE(ABORT, 'promises is append-only'); END;
CREATE TRIGGER promises_stay_kept BEFORE DELETE ON promises BEGIN SELECT RAISE(ABORT, 'promises is append-only'); END;
CREATE TRIGGER promise_steps_stay BEFORE UPDATE ON promise_steps BEGIN SELECT RAISE(ABORT, 'promise_steps is append-only'); END;
CREATE TRIGGER promise_steps_stay_kept BEFORE DELETE ON promise_steps BEGIN SELECT RAISE(ABORT, 'promise_steps is append-only'); END;
CREATE TRIGGER question_steps_stay BEFORE UPDATE ON question_steps BEGIN SELECT RAISE(ABORT, 'question_steps is append-only'); END;
CREATE TRIGGER question_steps_stay_kept BEFORE DELETE ON question_steps BEGIN SELECT RAISE(ABORT, 'question_steps is append-only'); END;
CREATE TRIGGER handovers_stay BEFORE UPDATE ON handovers BEGIN SELECT RAISE(ABORT, 'handovers is append-only'); END;
CREATE TRIGGER handovers_stay_kept BEFORE DELETE ON handovers BEGIN SELECT RAISE(ABORT, 'handovers is append-only'); END;
CREATE TRIGGER handover_steps_stay BEFORE UPDATE ON handover_steps BEGIN SELECT RAISE(ABORT, 'handover_steps is append-only'); END;
CREATE TRIGGER handover_steps_stay_kept BEFORE DELETE ON handover_steps BEGIN SELECT RAISE(ABORT, 'handover_steps is append-only'); END;
CREATE TRIGGER handover_ticks_stay BEFORE UPDATE ON handover_ticks BEGIN SELECT RAISE(ABORT, 'handover_ticks is append-only'); END;
CREATE TRIGGER handover_ticks_stay_kept BEFORE DELETE ON handover_ticks BEGIN SELECT RAISE(ABORT, 'handover_ticks is append-only'); END;
CREATE TRIGGER handover_stops_stay BEFORE UPDATE ON handover_stops BEGIN SELECT RAISE(ABORT, 'handover_stops is append-only'); END;
CREATE TRIGGER handover_stops_stay_kept BEFORE DELETE ON handover_stops BEGIN SELECT RAISE(ABORT, 'handover_stops is append-only'); END;
CREATE TRIGGER relationship_views_stay BEFORE UPDATE ON relationship_views BEGIN SELECT RAISE(ABORT, 'relationship_views is append-only'); END;
CREATE TRIGGER relationship_views_stay_kept BEFORE DELETE ON relationship_views BEGIN SELECT RAISE(ABORT, 'relationship_views is append-only'); END;
CREATE TRIGGER relationship_holders_stay BEFORE UPDATE ON relationship_holders WHEN NEW.area_id IS NOT OLD.area_id OR NEW.id IS NOT OLD.id OR NEW.relationship_id IS NOT OLD.relationship_id OR NEW.side IS NOT OLD.side OR NEW.from_on IS NOT OLD.from_on OR NEW.noted_by IS NOT OLD.noted_by OR NEW.noted_at IS NOT OLD.noted_at
BEGIN SELECT RAISE(ABORT, 'relationship_holders is append-only'); END;
CREATE TRIGGER relationship_holders_kept BEFORE DELETE ON relationship_holders BEGIN SELECT RAISE(ABORT, 'relationship_holders is append-only'); END;
CREATE TRIGGER relationship_entries_stay BEFORE UPDATE ON relationship_entries WHEN NEW.area_id IS NOT OLD.area_id OR NEW.id IS NOT OLD.id OR NEW.relationship_id IS NOT OLD.relationship_id OR NEW.kind IS NOT OLD.kind OR NEW.on_day IS NOT OLD.on_day OR NEW.told_by IS NOT OLD.told_by OR NEW.how IS NOT OLD.how OR NEW.news IS NOT OLD.news OR NEW.noted_by IS NOT OLD.noted_by OR NEW.noted_at IS NOT OLD.noted_at
BEGIN SELECT RAISE(ABORT, 'relationship_entries is append-only'); END;
CREATE TRIGGER relationship_entries_kept BEFORE DELETE ON relationship_entries BEGIN SELECT RAISE(ABORT, 'relationship_entries is append-only'); END;
CREATE TRIGGER questions_stay BEFORE UPDATE ON questions WHEN NEW.area_id IS NOT OLD.area_id OR NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind OR NEW.asked_on IS NOT OLD.asked_on OR NEW.noted_by IS NOT OLD.noted_by OR NEW.noted_at IS NOT OLD.noted_at
BEGIN SELECT RAISE(ABORT, 'questions is append-only'); END;
CREATE TRIGGER questions_kept BEFORE DELETE ON questions BEGIN SELECT RAISE(ABORT, 'questions is append-only'); END;
