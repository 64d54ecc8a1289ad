-- What is recorded stays: a mistake is undone by a further record.
CREATE TRIGGER plan_discards_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_discards FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER holdings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON holdings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER holding_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON holding_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER offer_declines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON offer_declines FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER offer_endings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON offer_endings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payment_reversal_requests_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_reversal_requests FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payment_reversal_refusals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_reversal_refusals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER spend_replacements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON spend_replacements FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER spend_recodings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON spend_recodings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
