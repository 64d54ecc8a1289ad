-- Councillors of the partnership and people from the organisation that holds the
-- money come in hats of their own. SQLite changes a check by copying the table.
CREATE TABLE attendances_with_hats (
	area_id      TEXT   NOT NULL,
	meeting_id   TEXT   NOT NULL,
	position     BIGINT NOT NULL,
	person_id    TEXT   NOT NULL, -- '' for who has no account
	name         TEXT   NOT NULL, -- '' where only the post is known
	hat          TEXT   NOT NULL CHECK (hat IN ('member', 'councillor', 'friend', 'worker', 'lto', 'resident', 'guest')),
	organisation TEXT   NOT NULL, -- of a guest
	post         TEXT   NOT NULL,
	way          TEXT   NOT NULL CHECK (way IN ('room', 'online', 'telephone', 'apologies')),
	PRIMARY KEY (area_id, meeting_id, position),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

INSERT INTO attendances_with_hats (area_id, meeting_id, position, person_id, name, hat, organisation, post, way)
SELECT area_id, meeting_id, position, person_id, name, hat, organisation, post, way FROM attendances;

DROP TABLE attendances;
ALTER TABLE attendances_with_hats RENAME TO attendances;

CREATE TRIGGER attendances_frozen_insert BEFORE INSERT ON attendances WHEN EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = NEW.area_id AND g.meeting_id = NEW.meeting_id) BEGIN SELECT RAISE(ABORT, 'attendances: these notes are agreed'); END;
CREATE TRIGGER attendances_frozen_update_old BEFORE UPDATE ON attendances WHEN EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = OLD.area_id AND g.meeting_id = OLD.meeting_id) BEGIN SELECT RAISE(ABORT, 'attendances: these notes are agreed'); END;
CREATE TRIGGER attendances_frozen_update_new BEFORE UPDATE ON attendances WHEN EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = NEW.area_id AND g.meeting_id = NEW.meeting_id) BEGIN SELECT RAISE(ABORT, 'attendances: these notes are agreed'); END;
CREATE TRIGGER attendances_frozen_delete BEFORE DELETE ON attendances WHEN EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = OLD.area_id AND g.meeting_id = OLD.meeting_id) BEGIN SELECT RAISE(ABORT, 'attendances: these notes are agreed'); END;
