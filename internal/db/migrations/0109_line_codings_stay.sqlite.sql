-- Under which theme a line was told stays.
CREATE TRIGGER line_codings_stay BEFORE UPDATE ON line_codings BEGIN SELECT RAISE(ABORT, 'line_codings is append-only'); END;
CREATE TRIGGER line_codings_stay_kept BEFORE DELETE ON line_codings BEGIN SELECT RAISE(ABORT, 'line_codings is append-only'); END;
