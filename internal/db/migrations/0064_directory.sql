-- Who does what here. What is said of a service or activity stands in versions, that
-- are added and never edited; the last holds.
CREATE TABLE directory_entries (
	area_id         TEXT        NOT NULL REFERENCES areas (id),
	id              TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	name            TEXT        NOT NULL CHECK (length(name) > 0),
	what            TEXT        NOT NULL,
	host            TEXT        NOT NULL, -- who does it
	organisation_id TEXT        REFERENCES organisations (id),
	who_for         TEXT        NOT NULL,
	days            TEXT        NOT NULL, -- "Thursdays, 3 to 6"
	place           TEXT        NOT NULL,
	contact         TEXT        NOT NULL, -- how anybody reaches it
	public          BOOLEAN     NOT NULL,
	from_on         DATE        NOT NULL,
	until_on        DATE,                 -- the first day on which it is no more
	seen_on         DATE        NOT NULL, -- when somebody last looked whether it is so
	written_by      TEXT        NOT NULL,
	written_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id, number)
);

-- Whom to ask after somebody told of something serious. What they told is never kept.
CREATE TABLE referral_cards (
	area_id    TEXT        NOT NULL REFERENCES areas (id),
	id         TEXT        NOT NULL,
	number     BIGINT      NOT NULL CHECK (number > 0),
	activity   TEXT        NOT NULL CHECK (length(activity) > 0),
	about      TEXT        NOT NULL, -- children, violence, …: in general
	ask        TEXT        NOT NULL CHECK (length(ask) > 0), -- who: a team or an office
	reach      TEXT        NOT NULL CHECK (length(reach) > 0),
	otherwise  TEXT        NOT NULL, -- when nobody answers
	until_on   DATE,
	checked_on DATE        NOT NULL,
	written_by TEXT        NOT NULL,
	written_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id, number)
);

-- That somebody saw what sounds like what they were about to begin, and went on.
CREATE TABLE alike_seen (
	area_id TEXT        NOT NULL REFERENCES areas (id),
	id      TEXT        NOT NULL,
	kind    TEXT        NOT NULL CHECK (kind IN ('project', 'action', 'activity')),
	subject TEXT        NOT NULL, -- what was begun
	name    TEXT        NOT NULL,
	found   TEXT        NOT NULL, -- the names of what sounds alike, one a line
	because TEXT        NOT NULL CHECK (length(because) > 0),
	seen_by TEXT        NOT NULL,
	seen_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);
