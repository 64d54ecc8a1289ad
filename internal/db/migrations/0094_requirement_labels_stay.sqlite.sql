CREATE TRIGGER requirement_labels_stay BEFORE UPDATE ON requirement_labels BEGIN SELECT RAISE(ABORT, 'requirement_labels is append-only'); END;
CREATE TRIGGER requirement_labels_stay_kept BEFORE DELETE ON requirement_labels BEGIN SELECT RAISE(ABORT, 'requirement_labels is append-only'); END;
