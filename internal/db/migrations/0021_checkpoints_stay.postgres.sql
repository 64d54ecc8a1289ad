-- Keys and checkpoints stay as they were made.
CREATE TRIGGER audit_keys_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_keys FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER audit_checkpoints_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER audit_checkpoint_heads_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint_heads FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
