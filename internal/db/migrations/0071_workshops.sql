-- What a partnership and those it works with think of how that goes, and what they
-- agreed: mapping workshops, facilitated conversations, scores, health checks,
-- agreements, seats, credit lines, celebrations. All of it is the area's own.
CREATE TABLE workshop_records (
	area_id         TEXT        NOT NULL REFERENCES areas (id),
	id              TEXT        NOT NULL,
	kind            TEXT        NOT NULL CHECK (kind IN ('workshop', 'conversation', 'scores', 'check', 'agreement', 'seat', 'credit', 'celebration')),
	relationship_id TEXT,
	follows         TEXT, -- the one of the same kind that it goes on from
	begun_by        TEXT        NOT NULL,
	begun_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id),
	FOREIGN KEY (area_id, follows) REFERENCES workshop_records (area_id, id)
);

CREATE INDEX workshop_records_by_relationship ON workshop_records (area_id, relationship_id);

-- A sheet has the answers to the questions of one part, as of paper: it is written
-- whole, and again when somebody goes on with it; the last number holds.
CREATE TABLE workshop_sheets (
	area_id   TEXT        NOT NULL,
	record_id TEXT        NOT NULL,
	part      TEXT        NOT NULL CHECK (length(part) > 0),
	side      TEXT        NOT NULL CHECK (side IN ('ours', 'theirs')),
	number    BIGINT      NOT NULL CHECK (number > 0),
	content   TEXT        NOT NULL, -- JSON: the answers by the names of the questions; '' once it was forgotten
	saved_by  TEXT        NOT NULL,
	saved_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, record_id, part, side, number),
	FOREIGN KEY (area_id, record_id) REFERENCES workshop_records (area_id, id)
);

-- What each side said: that it wants to, or not now; that it agrees to the very
-- words; that it is finished. After that no sheet is written.
CREATE TABLE workshop_steps (
	area_id   TEXT        NOT NULL,
	record_id TEXT        NOT NULL,
	number    BIGINT      NOT NULL CHECK (number > 0),
	side      TEXT        NOT NULL CHECK (side IN ('ours', 'theirs')),
	step      TEXT        NOT NULL CHECK (step IN ('yes', 'not now', 'agreed', 'finished', 'shared')),
	digest    TEXT        NOT NULL, -- of the words that were agreed to; else ''
	by_link   TEXT        NOT NULL, -- the link by which the other side said so; else ''
	said_by   TEXT        NOT NULL,
	said_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, record_id, number),
	FOREIGN KEY (area_id, record_id) REFERENCES workshop_records (area_id, id),
	CHECK ((step = 'agreed') = (length(digest) > 0))
);
