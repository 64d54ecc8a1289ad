-- What is recorded stays: a mistake is undone by a further record.
CREATE FUNCTION records_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER ledger_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER ledger_postings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER allocations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON allocations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER offers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON offers FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER instalments_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON instalments FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER offer_acceptances_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON offer_acceptances FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payments_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payments FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payment_cancellations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_cancellations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payment_approvals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_approvals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payment_releases_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_releases FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payment_returns_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_returns FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER payment_reversals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_reversals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER spends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON spends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER spend_certifications_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON spend_certifications FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER spend_refusals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON spend_refusals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER spend_reversals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON spend_reversals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_versions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_versions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_lines FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER plan_adoptions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_adoptions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
