-- Who a partnership works with. All of it is the area's own: no other area sees
-- it, nor does the body that it is about, unless the area shares it.
CREATE TABLE relationships (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	id       TEXT        NOT NULL,
	added_by TEXT        NOT NULL,
	added_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

-- What it is between us stands in versions; the last number holds.
CREATE TABLE relationship_versions (
	area_id         TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	body_id         TEXT        NOT NULL REFERENCES organisations (id),
	unit_id         TEXT,
	name            TEXT        NOT NULL CHECK (length(name) > 0), -- as we say it: "Borough council: parks team"
	short           TEXT        NOT NULL CHECK (length(short) > 0), -- for the map
	type            TEXT        NOT NULL CHECK (length(type) > 0), -- a code of the open list of types
	how_begun       TEXT        NOT NULL,
	brought_by_id   TEXT, -- the relationship through which we came to know them
	brought_by      TEXT        NOT NULL, -- or who it was, in words
	began_on        DATE,
	mark            TEXT        NOT NULL, -- a few words for the map: "holds our money"
	written_by      TEXT        NOT NULL,
	written_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, relationship_id, number),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id),
	FOREIGN KEY (area_id, brought_by_id) REFERENCES relationships (area_id, id),
	FOREIGN KEY (area_id, unit_id) REFERENCES agency_units (area_id, id)
);

CREATE INDEX relationship_versions_by_body ON relationship_versions (body_id);

-- How it stands, each row from a day on: of two from one day the later number.
-- There is no ladder to climb: ad hoc and none are as good as any.
CREATE TABLE relationship_states (
	area_id         TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	from_on         DATE        NOT NULL,
	ally            BOOLEAN     NOT NULL,
	friend          BOOLEAN     NOT NULL,
	contract        BOOLEAN     NOT NULL,
	closeness       TEXT        NOT NULL CHECK (closeness IN ('close', 'regular', 'now-and-then', 'ad-hoc', 'none', 'not-yet', 'over')),
	rhythm          TEXT        NOT NULL CHECK (rhythm IN ('usual', 'monthly', 'quarterly', 'yearly', 'none')),
	words           TEXT        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, relationship_id, number),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);

-- What it is for: each row from a day on.
CREATE TABLE relationship_purposes (
	area_id         TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	purpose         TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	from_on         DATE        NOT NULL,
	used            BOOLEAN     NOT NULL,
	words           TEXT        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, relationship_id, purpose, number),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);

-- What helps it and what holds it back: each row from a day on.
CREATE TABLE relationship_factors (
	area_id         TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	factor          TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	from_on         DATE        NOT NULL,
	effect          TEXT        NOT NULL CHECK (effect IN ('helps', 'holds back', 'neither')),
	words           TEXT        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, relationship_id, factor, number),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);

-- Who holds it, on our side and on theirs, from a day to a day.
CREATE TABLE relationship_holders (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	side            TEXT        NOT NULL CHECK (side IN ('ours', 'theirs')),
	person_id       TEXT,
	contact_id      TEXT,
	post_id         TEXT,
	name            TEXT        NOT NULL CHECK (length(name) > 0),
	role            TEXT        NOT NULL,
	words           TEXT        NOT NULL,
	from_on         DATE        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id),
	FOREIGN KEY (area_id, contact_id) REFERENCES agency_contacts (area_id, id),
	FOREIGN KEY (area_id, post_id) REFERENCES agency_posts (area_id, id)
);

CREATE INDEX relationship_holders_by_relationship ON relationship_holders (area_id, relationship_id);

CREATE TABLE relationship_holder_ends (
	area_id   TEXT        NOT NULL,
	holder_id TEXT        NOT NULL,
	until_on  DATE        NOT NULL, -- the first day on which they hold it no more
	words     TEXT        NOT NULL,
	noted_by  TEXT        NOT NULL,
	noted_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, holder_id),
	FOREIGN KEY (area_id, holder_id) REFERENCES relationship_holders (area_id, id)
);

-- Two that became one: a merged body, a merged team.
CREATE TABLE relationship_merges (
	area_id         TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	into_id         TEXT        NOT NULL,
	on_day          DATE        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, relationship_id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id),
	FOREIGN KEY (area_id, into_id) REFERENCES relationships (area_id, id),
	CHECK (relationship_id <> into_id)
);

-- The story: each time we were in touch, what happened, what came before us, and
-- what an officer gave notice of. The words may have to be forgotten.
CREATE TABLE relationship_entries (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	kind            TEXT        NOT NULL CHECK (kind IN ('contact', 'note', 'history', 'notice')),
	on_day          DATE        NOT NULL,
	told_by         TEXT        NOT NULL CHECK (told_by IN ('day', 'month', 'year')), -- how much of the day is known
	how             TEXT        NOT NULL CHECK (how IN ('', 'met', 'phoned', 'wrote', 'event', 'walkabout')),
	news            TEXT        NOT NULL CHECK (news IN ('', 'good', 'not so good', 'both')),
	words           TEXT        NOT NULL,
	together        TEXT        NOT NULL, -- where working together is possible
	seen            TEXT        NOT NULL CHECK (seen IN ('keepers', 'us', 'shared', 'public')),
	said_by         TEXT        NOT NULL, -- who gave notice, as they typed their name
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);

CREATE INDEX relationship_entries_by_relationship ON relationship_entries (area_id, relationship_id, on_day);
