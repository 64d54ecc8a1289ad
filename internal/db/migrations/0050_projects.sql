-- What comes of a plan. What a project is stands in versions, that are added and
-- never edited; the last holds. Where it has got to is a list of states.
CREATE TABLE projects (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	id       TEXT        NOT NULL,
	begun_by TEXT        NOT NULL,
	begun_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

CREATE TABLE project_versions (
	area_id     TEXT        NOT NULL,
	project_id  TEXT        NOT NULL,
	number      BIGINT      NOT NULL CHECK (number > 0),
	name        TEXT        NOT NULL CHECK (length(name) > 0),
	what        TEXT        NOT NULL,
	why         TEXT        NOT NULL,
	priority_id TEXT,
	decisions   TEXT        NOT NULL, -- the numbers of the decisions that began it, with a space between
	ends        TEXT        NOT NULL CHECK (ends IN ('on a day', 'when', 'not known')),
	ends_on     DATE,
	ends_when   TEXT        NOT NULL,
	grew_from   TEXT,
	early_win   BOOLEAN     NOT NULL,
	written_by  TEXT        NOT NULL,
	written_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, project_id, number),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id),
	FOREIGN KEY (area_id, grew_from) REFERENCES projects (area_id, id),
	FOREIGN KEY (area_id, priority_id) REFERENCES priorities (area_id, id),
	CHECK ((ends = 'on a day') = (ends_on IS NOT NULL)),
	CHECK ((ends = 'when') = (length(ends_when) > 0)),
	CHECK (grew_from IS NULL OR grew_from <> project_id)
);

CREATE TABLE project_lines (
	area_id    TEXT   NOT NULL,
	project_id TEXT   NOT NULL,
	version    BIGINT NOT NULL,
	line_id    TEXT   NOT NULL,
	PRIMARY KEY (area_id, project_id, version, line_id),
	FOREIGN KEY (area_id, project_id, version) REFERENCES project_versions (area_id, project_id, number),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);

CREATE TABLE project_states (
	area_id    TEXT        NOT NULL,
	project_id TEXT        NOT NULL,
	number     BIGINT      NOT NULL CHECK (number > 0),
	state      TEXT        NOT NULL CHECK (state IN ('idea', 'planned', 'under way', 'resting', 'done', 'handed over', 'stopped')),
	from_on    DATE        NOT NULL,
	until_on   DATE,       -- until when it rests
	who        TEXT        NOT NULL, -- to whom it was handed over
	words      TEXT        NOT NULL, -- why
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, project_id, number),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id),
	CHECK (state <> 'stopped' OR length(words) > 0),
	CHECK (state <> 'handed over' OR length(who) > 0)
);

-- Who leads, from a day on: the last that was noted for the latest day holds.
-- Nobody is an answer.
CREATE TABLE project_leads (
	area_id         TEXT        NOT NULL,
	project_id      TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	from_on         DATE        NOT NULL,
	kind            TEXT        NOT NULL CHECK (kind IN ('person', 'organisation', 'nobody')),
	name            TEXT        NOT NULL,
	organisation_id TEXT        REFERENCES organisations (id),
	resident        BOOLEAN     NOT NULL,
	named           BOOLEAN     NOT NULL, -- a person who agreed that everybody sees their name
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, project_id, number),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id),
	CHECK ((kind = 'nobody') = (length(name) = 0))
);

-- What each party does.
CREATE TABLE project_parts (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	project_id      TEXT        NOT NULL,
	kind            TEXT        NOT NULL CHECK (kind IN ('person', 'organisation')),
	name            TEXT        NOT NULL CHECK (length(name) > 0),
	organisation_id TEXT        REFERENCES organisations (id),
	role            TEXT        NOT NULL,
	words           TEXT        NOT NULL,
	resident        BOOLEAN     NOT NULL, -- residents lead this part
	named           BOOLEAN     NOT NULL,
	from_on         DATE        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id)
);

CREATE INDEX project_parts_by_project ON project_parts (area_id, project_id);

CREATE TABLE project_part_ends (
	area_id  TEXT        NOT NULL,
	part_id  TEXT        NOT NULL,
	until_on DATE        NOT NULL, -- the first day on which they do it no more
	noted_by TEXT        NOT NULL,
	noted_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, part_id),
	FOREIGN KEY (area_id, part_id) REFERENCES project_parts (area_id, id)
);

CREATE TABLE milestones (
	area_id    TEXT        NOT NULL,
	id         TEXT        NOT NULL,
	project_id TEXT        NOT NULL,
	name       TEXT        NOT NULL CHECK (length(name) > 0),
	resident   BOOLEAN     NOT NULL,
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id)
);

CREATE INDEX milestones_by_project ON milestones (area_id, project_id);

-- For when it is planned: at first, and after each time that it was moved.
CREATE TABLE milestone_plans (
	area_id      TEXT        NOT NULL,
	milestone_id TEXT        NOT NULL,
	number       BIGINT      NOT NULL CHECK (number > 0),
	planned_on   DATE        NOT NULL,
	quarter      BOOLEAN     NOT NULL, -- for the quarter in which the day lies
	why          TEXT        NOT NULL,
	noted_by     TEXT        NOT NULL,
	noted_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, milestone_id, number),
	FOREIGN KEY (area_id, milestone_id) REFERENCES milestones (area_id, id),
	CHECK (number = 1 OR length(why) > 0)
);

CREATE TABLE milestone_ends (
	area_id      TEXT        NOT NULL,
	milestone_id TEXT        NOT NULL,
	reached      BOOLEAN     NOT NULL, -- or dropped
	on_day       DATE        NOT NULL,
	words        TEXT        NOT NULL,
	noted_by     TEXT        NOT NULL,
	noted_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, milestone_id),
	FOREIGN KEY (area_id, milestone_id) REFERENCES milestones (area_id, id)
);

-- Who is liable and how the parties work together; the last that was written holds.
CREATE TABLE project_terms (
	area_id    TEXT        NOT NULL,
	project_id TEXT        NOT NULL,
	number     BIGINT      NOT NULL CHECK (number > 0),
	liable     TEXT        NOT NULL,
	insurance  TEXT        NOT NULL,
	protection TEXT        NOT NULL, -- of people's information
	working    TEXT        NOT NULL,
	agreed_on  DATE,
	written_by TEXT        NOT NULL,
	written_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, project_id, number),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id)
);

CREATE TABLE project_happenings (
	area_id    TEXT        NOT NULL,
	id         TEXT        NOT NULL,
	project_id TEXT        NOT NULL,
	on_day     DATE        NOT NULL,
	kind       TEXT        NOT NULL CHECK (kind IN ('happened', 'worry', 'credit')),
	words      TEXT        NOT NULL CHECK (length(words) > 0),
	public     BOOLEAN     NOT NULL,
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id)
);

CREATE INDEX project_happenings_by_project ON project_happenings (area_id, project_id);

-- How to reach people. A row is removed when it is needed no more.
CREATE TABLE project_contacts (
	area_id    TEXT        NOT NULL,
	id         TEXT        NOT NULL,
	project_id TEXT        NOT NULL,
	name       TEXT        NOT NULL CHECK (length(name) > 0),
	part       TEXT        NOT NULL,
	reach      TEXT        NOT NULL,
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id)
);

-- What somebody asks of a project, and whether the law does or a habit.
CREATE TABLE requirements (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	project_id      TEXT        NOT NULL,
	what            TEXT        NOT NULL CHECK (length(what) > 0),
	asked_by        TEXT        NOT NULL CHECK (length(asked_by) > 0),
	organisation_id TEXT        REFERENCES organisations (id),
	basis           TEXT        NOT NULL CHECK (basis IN ('law', 'habit', 'not known')),
	law             TEXT        NOT NULL,
	asked_on        DATE        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id),
	CHECK (basis <> 'law' OR length(law) > 0)
);

CREATE INDEX requirements_by_project ON requirements (area_id, project_id);

CREATE TABLE requirement_outcomes (
	area_id        TEXT        NOT NULL,
	requirement_id TEXT        NOT NULL,
	number         BIGINT      NOT NULL CHECK (number > 0),
	outcome        TEXT        NOT NULL CHECK (outcome IN ('met', 'waived', 'challenged', 'dropped')),
	on_day         DATE        NOT NULL,
	words          TEXT        NOT NULL,
	noted_by       TEXT        NOT NULL,
	noted_at       TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, requirement_id, number),
	FOREIGN KEY (area_id, requirement_id) REFERENCES requirements (area_id, id)
);

-- A risk sheet is written as a whole, and again when it is reviewed; the last
-- number holds. One without a project is the area's own, to begin from.
CREATE TABLE risk_sheets (
	area_id     TEXT        NOT NULL REFERENCES areas (id),
	id          TEXT        NOT NULL,
	number      BIGINT      NOT NULL CHECK (number > 0),
	project_id  TEXT,
	name        TEXT        NOT NULL CHECK (length(name) > 0),
	reviewed_on DATE        NOT NULL,
	written_by  TEXT        NOT NULL,
	written_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id, number),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id)
);

CREATE TABLE risks (
	area_id  TEXT   NOT NULL,
	sheet_id TEXT   NOT NULL,
	number   BIGINT NOT NULL,
	position BIGINT NOT NULL,
	risk     TEXT   NOT NULL CHECK (length(risk) > 0),
	whom     TEXT   NOT NULL,
	what     TEXT   NOT NULL,
	who      TEXT   NOT NULL,
	PRIMARY KEY (area_id, sheet_id, number, position),
	FOREIGN KEY (area_id, sheet_id, number) REFERENCES risk_sheets (area_id, id, number)
);

-- What people do together, again and again.
CREATE TABLE activities (
	area_id    TEXT        NOT NULL REFERENCES areas (id),
	id         TEXT        NOT NULL,
	project_id TEXT,
	name       TEXT        NOT NULL CHECK (length(name) > 0),
	words      TEXT        NOT NULL,
	timetable  TEXT        NOT NULL, -- when and where it is: "Thursdays, 3 to 6, the Hub"
	host       TEXT        NOT NULL, -- whose service it is, where somebody else brings it
	begun_on   DATE        NOT NULL,
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id)
);

CREATE TABLE activity_sessions (
	area_id     TEXT        NOT NULL,
	id          TEXT        NOT NULL,
	activity_id TEXT        NOT NULL,
	on_day      DATE        NOT NULL,
	came        BIGINT      NOT NULL CHECK (came >= 0),
	meals       BIGINT      NOT NULL CHECK (meals >= 0),
	placements  BIGINT      NOT NULL CHECK (placements >= 0),
	cleanups    BIGINT      NOT NULL CHECK (cleanups >= 0),
	words       TEXT        NOT NULL,
	noted_by    TEXT        NOT NULL,
	noted_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, activity_id) REFERENCES activities (area_id, id)
);

CREATE INDEX activity_sessions_by_activity ON activity_sessions (area_id, activity_id, on_day);

-- What each party brought.
CREATE TABLE session_gifts (
	area_id    TEXT   NOT NULL,
	session_id TEXT   NOT NULL,
	position   BIGINT NOT NULL,
	party      TEXT   NOT NULL CHECK (length(party) > 0),
	kind       TEXT   NOT NULL CHECK (kind IN ('money', 'space', 'people', 'food', 'things', 'advice')),
	amount     BIGINT NOT NULL CHECK (amount >= 0), -- pence of money, hours of people, else 0
	words      TEXT   NOT NULL,
	PRIMARY KEY (area_id, session_id, position),
	FOREIGN KEY (area_id, session_id) REFERENCES activity_sessions (area_id, id)
);

-- That an activity is now run by somebody else, or was copied by them, or stopped.
CREATE TABLE activity_turns (
	area_id         TEXT        NOT NULL,
	activity_id     TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	kind            TEXT        NOT NULL CHECK (kind IN ('now run by', 'copied by', 'stopped')),
	on_day          DATE        NOT NULL,
	who             TEXT        NOT NULL,
	organisation_id TEXT        REFERENCES organisations (id),
	words           TEXT        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, activity_id, number),
	FOREIGN KEY (area_id, activity_id) REFERENCES activities (area_id, id),
	CHECK ((kind = 'stopped') = (length(who) = 0))
);
