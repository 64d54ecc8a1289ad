-- Links by which somebody without an account sees what was chosen for them. A
-- link's secret is not kept, only its hash.
CREATE TABLE share_links (
	id           TEXT        PRIMARY KEY,
	digest       BYTEA       NOT NULL UNIQUE,
	kind         TEXT        NOT NULL, -- what it is to: "project"
	programme_id TEXT        NOT NULL,
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	subject      TEXT        NOT NULL,
	contents     TEXT        NOT NULL, -- what was chosen, in words with a space between
	for_whom     TEXT        NOT NULL CHECK (length(for_whom) > 0),
	until_on     DATE        NOT NULL, -- the last day on which it works
	made_by      TEXT        NOT NULL,
	hat_id       TEXT        NOT NULL, -- in which it was made: when that is worn no more, it ends
	made_at      TIMESTAMPTZ NOT NULL,
	ended_by     TEXT,
	ended_at     TIMESTAMPTZ,
	CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);

CREATE INDEX share_links_by_area ON share_links (area_id, kind, subject);

-- How often a link was opened on a day, and nothing of by whom.
CREATE TABLE share_openings (
	link_id   TEXT   NOT NULL REFERENCES share_links (id),
	opened_on DATE   NOT NULL,
	times     BIGINT NOT NULL CHECK (times > 0),
	PRIMARY KEY (link_id, opened_on)
);
