-- A hat that is worn in a programme, or in an area of it, says in which.
ALTER TABLE hats ADD COLUMN programme_id TEXT NOT NULL DEFAULT '';
UPDATE hats SET programme_id = place_id WHERE scope = 'programme';
UPDATE hats SET programme_id = (SELECT a.programme_id FROM areas a WHERE a.id = hats.place_id) WHERE scope = 'area';
CREATE INDEX hats_by_programme ON hats (programme_id, person_id);

-- A person is found by parts of their name.
ALTER TABLE people ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE people SET search_text = LOWER(name);
CREATE INDEX people_by_search_text ON people (search_text);

-- A hat that it takes two people to give: one proposes it, another confirms or
-- declines it, and the hat is a third person’s.
CREATE TABLE hat_proposals (
	id           TEXT        PRIMARY KEY,
	person_id    TEXT        NOT NULL REFERENCES people (id),
	role         TEXT        NOT NULL,
	scope        TEXT        NOT NULL CHECK (scope IN ('installation', 'programme', 'area', 'organisation')),
	place_id     TEXT        NOT NULL,
	programme_id TEXT        NOT NULL,
	from_on      DATE        NOT NULL,
	until_on     DATE,
	proposed_by  TEXT        NOT NULL,
	proposed_at  TIMESTAMPTZ NOT NULL,
	decided_by   TEXT,
	decided_at   TIMESTAMPTZ,
	hat_id       TEXT        REFERENCES hats (id), -- none where it was declined
	CHECK (person_id <> proposed_by),
	CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
	CHECK (hat_id IS NULL OR (decided_by IS NOT NULL AND decided_by <> proposed_by AND decided_by <> person_id))
);

CREATE INDEX hat_proposals_by_time ON hat_proposals (proposed_at);
CREATE INDEX hat_proposals_by_person ON hat_proposals (person_id);
