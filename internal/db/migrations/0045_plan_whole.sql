-- What a line or a priority is called now. Its name is the one that it was first
-- planned under, and stays; it is told under what the plan in force calls it.
ALTER TABLE priorities ADD COLUMN told TEXT NOT NULL DEFAULT '';
UPDATE priorities SET told = name;
ALTER TABLE budget_lines ADD COLUMN told TEXT NOT NULL DEFAULT '';
UPDATE budget_lines SET told = name;

-- What a version calls a line; '' in versions written before lines could be
-- renamed, which call it as it was first planned.
ALTER TABLE plan_lines ADD COLUMN name TEXT NOT NULL DEFAULT '';

-- The decision by which a version was adopted; 0 where it has no number.
ALTER TABLE plan_adoptions ADD COLUMN decision_number BIGINT NOT NULL DEFAULT 0;

-- A version's priorities, in its order. Versions written before have none here.
CREATE TABLE plan_priorities (
	area_id     TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	position    BIGINT NOT NULL,
	priority_id TEXT   NOT NULL,
	name        TEXT   NOT NULL CHECK (length(name) > 0),
	why         TEXT   NOT NULL,
	PRIMARY KEY (area_id, version, priority_id),
	FOREIGN KEY (area_id, version) REFERENCES plan_versions (area_id, number),
	FOREIGN KEY (area_id, priority_id) REFERENCES priorities (area_id, id)
);

CREATE TABLE plan_objectives (
	area_id     TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	priority_id TEXT   NOT NULL,
	position    BIGINT NOT NULL,
	words       TEXT   NOT NULL CHECK (length(words) > 0),
	PRIMARY KEY (area_id, version, priority_id, position),
	FOREIGN KEY (area_id, version, priority_id) REFERENCES plan_priorities (area_id, version, priority_id)
);

-- What is to be done, by whom and by when. An action keeps its id through
-- versions, so that what was done stays done.
CREATE TABLE plan_actions (
	area_id     TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	priority_id TEXT   NOT NULL,
	position    BIGINT NOT NULL,
	id          TEXT   NOT NULL,
	what        TEXT   NOT NULL CHECK (length(what) > 0),
	who         TEXT   NOT NULL, -- may name people: not for everyone's eyes
	due         DATE,
	PRIMARY KEY (area_id, version, id),
	FOREIGN KEY (area_id, version, priority_id) REFERENCES plan_priorities (area_id, version, priority_id)
);

-- That an action is done. It stays: one that was marked by mistake is opened
-- again by a further record.
CREATE TABLE plan_action_notes (
	area_id   TEXT        NOT NULL REFERENCES areas (id),
	action_id TEXT        NOT NULL,
	number    BIGINT      NOT NULL,
	done      BOOLEAN     NOT NULL,
	on_day    DATE        NOT NULL,
	noted_by  TEXT        NOT NULL,
	noted_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, action_id, number)
);

-- A line's budget by financial year. They add up to the line's budget; a line
-- that has none here is not shared out over the years.
CREATE TABLE plan_line_years (
	area_id TEXT   NOT NULL,
	version BIGINT NOT NULL,
	line_id TEXT   NOT NULL,
	year    BIGINT NOT NULL,
	minor   BIGINT NOT NULL CHECK (minor > 0),
	PRIMARY KEY (area_id, version, line_id, year),
	FOREIGN KEY (area_id, version, line_id) REFERENCES plan_lines (area_id, version, line_id)
);

-- How we know: lived experience, published, or collected by us, alike.
CREATE TABLE plan_evidence (
	area_id      TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	priority_id  TEXT   NOT NULL,
	position     BIGINT NOT NULL,
	kind         TEXT   NOT NULL CHECK (kind IN ('lived', 'published', 'collected')),
	words        TEXT   NOT NULL CHECK (length(words) > 0),
	source       TEXT   NOT NULL,
	link         TEXT   NOT NULL,
	consultation BIGINT NOT NULL, -- the number of the one it is from; 0 for none
	PRIMARY KEY (area_id, version, priority_id, position),
	FOREIGN KEY (area_id, version, priority_id) REFERENCES plan_priorities (area_id, version, priority_id)
);

CREATE TABLE plan_endorsements (
	area_id     TEXT        NOT NULL,
	version     BIGINT      NOT NULL,
	endorsed_on DATE        NOT NULL,
	words       TEXT        NOT NULL,
	endorsed_by TEXT        NOT NULL,
	noted_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, version),
	FOREIGN KEY (area_id, version) REFERENCES plan_adoptions (area_id, version)
);

-- The plan that is being written. It is one paper, changed in place, until it is
-- finished as a version or put away; an area has one at a time.
CREATE TABLE plan_drafts (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	number   BIGINT      NOT NULL,
	based_on BIGINT      NOT NULL, -- the version it began as; 0 where it began empty
	replaces BIGINT      NOT NULL, -- the version, not adopted, whose place it takes; 0 for none
	content  TEXT        NOT NULL,
	begun_by TEXT        NOT NULL,
	begun_at TIMESTAMPTZ NOT NULL,
	saved_by TEXT        NOT NULL,
	saved_at TIMESTAMPTZ NOT NULL,
	ended    TEXT        NOT NULL CHECK (ended IN ('', 'finished', 'put away')),
	PRIMARY KEY (area_id, number)
);

CREATE UNIQUE INDEX plan_drafts_one ON plan_drafts (area_id) WHERE ended = '';
