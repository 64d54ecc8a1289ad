-- Keys and checkpoints stay as they were made.
CREATE TRIGGER audit_keys_stay BEFORE UPDATE ON audit_keys BEGIN SELECT RAISE(ABORT, 'audit_keys is append-only'); END;
CREATE TRIGGER audit_keys_stay_kept BEFORE DELETE ON audit_keys BEGIN SELECT RAISE(ABORT, 'audit_keys is append-only'); END;
CREATE TRIGGER audit_checkpoints_stay BEFORE UPDATE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END;
CREATE TRIGGER audit_checkpoints_stay_kept BEFORE DELETE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'audit_checkpoints is append-only'); END;
CREATE TRIGGER audit_checkpoint_heads_stay BEFORE UPDATE ON audit_checkpoint_heads BEGIN SELECT RAISE(ABORT, 'audit_checkpoint_heads is append-only'); END;
CREATE TRIGGER audit_checkpoint_heads_stay_kept BEFORE DELETE ON audit_checkpoint_heads BEGIN SELECT RAISE(ABORT, 'audit_checkpoint_heads is append-only'); END;
