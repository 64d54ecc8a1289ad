-- What was chosen stays: something else is chosen by a further row.
CREATE TRIGGER relationship_person_views_stay BEFORE UPDATE ON relationship_person_views BEGIN SELECT RAISE(ABORT, 'relationship_person_views is append-only'); END;
CREATE TRIGGER relationship_person_views_stay_kept BEFORE DELETE ON relationship_person_views BEGIN SELECT RAISE(ABORT, 'relationship_person_views is append-only'); END;
