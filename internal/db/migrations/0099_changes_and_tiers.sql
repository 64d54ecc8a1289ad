-- What is to come, or has come, that is a reason to hand over: somebody is away, an
-- election, their organisation is rearranged; or what an officer gave notice of. The
-- names and words may have to be forgotten.
CREATE TABLE relationship_changes (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	why             TEXT        NOT NULL CHECK (why IN ('leaving', 'absence', 'restructure', 'election', 'new')),
	side            TEXT        NOT NULL CHECK (side IN ('ours', 'theirs')),
	from_on         DATE        NOT NULL, -- of who leaves, their last day
	until_on        DATE,                 -- of who is away, the first day on which they are back
	who             TEXT        NOT NULL,
	cover           TEXT        NOT NULL, -- who stands in for them, or comes after them
	words           TEXT        NOT NULL,
	said_by         TEXT        NOT NULL, -- the officer who gave notice, as they typed their name
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id),
	CHECK (until_on IS NULL OR until_on > from_on)
);

CREATE INDEX relationship_changes_by_relationship ON relationship_changes (area_id, relationship_id);

-- That a change asks for nothing any more.
CREATE TABLE relationship_change_ends (
	area_id   TEXT        NOT NULL,
	change_id TEXT        NOT NULL,
	on_day    DATE        NOT NULL,
	words     TEXT        NOT NULL,
	noted_by  TEXT        NOT NULL,
	noted_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, change_id),
	FOREIGN KEY (area_id, change_id) REFERENCES relationship_changes (area_id, id)
);

-- How often we mean to be in touch with one person of theirs; the last row holds.
CREATE TABLE relationship_tiers (
	area_id   TEXT        NOT NULL,
	holder_id TEXT        NOT NULL,
	number    BIGINT      NOT NULL CHECK (number > 0),
	tier      TEXT        NOT NULL CHECK (tier IN ('close', 'occasional', 'none')),
	noted_by  TEXT        NOT NULL,
	noted_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, holder_id, number),
	FOREIGN KEY (area_id, holder_id) REFERENCES relationship_holders (area_id, id)
);

-- With whom of theirs we were in touch.
CREATE TABLE relationship_entry_people (
	area_id   TEXT NOT NULL,
	entry_id  TEXT NOT NULL,
	holder_id TEXT NOT NULL,
	noted_by  TEXT NOT NULL,
	PRIMARY KEY (area_id, entry_id, holder_id),
	FOREIGN KEY (area_id, entry_id) REFERENCES relationship_entries (area_id, id),
	FOREIGN KEY (area_id, holder_id) REFERENCES relationship_holders (area_id, id)
);

-- For when a step of a handover is arranged, and who leads it; the last row holds.
CREATE TABLE handover_plans (
	area_id     TEXT        NOT NULL,
	handover_id TEXT        NOT NULL,
	position    BIGINT      NOT NULL,
	number      BIGINT      NOT NULL CHECK (number > 0),
	planned_on  DATE        NOT NULL,
	who         TEXT        NOT NULL,
	noted_by    TEXT        NOT NULL,
	noted_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, handover_id, position, number),
	FOREIGN KEY (area_id, handover_id, position) REFERENCES handover_steps (area_id, handover_id, position)
);

-- That something is done which was taken on in a workshop, a talk or a check: also
-- after that is finished.
CREATE TABLE workshop_done (
	area_id   TEXT        NOT NULL,
	record_id TEXT        NOT NULL,
	number    BIGINT      NOT NULL CHECK (number > 0),
	what      TEXT        NOT NULL CHECK (length(what) > 0), -- as it stands on the list
	on_day    DATE        NOT NULL,
	words     TEXT        NOT NULL,
	noted_by  TEXT        NOT NULL,
	noted_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, record_id, number),
	FOREIGN KEY (area_id, record_id) REFERENCES workshop_records (area_id, id)
);
