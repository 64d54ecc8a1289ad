-- A partnership's plan. Priorities and budget lines keep their identity through
-- versions, so that money spent in year 2 still adds up in year 12.
CREATE TABLE priorities (
	area_id  TEXT NOT NULL REFERENCES areas (id),
	id       TEXT NOT NULL,
	name     TEXT NOT NULL CHECK (length(name) > 0),
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, name)
);

CREATE TABLE budget_lines (
	area_id     TEXT NOT NULL,
	id          TEXT NOT NULL,
	priority_id TEXT NOT NULL,
	name        TEXT NOT NULL CHECK (length(name) > 0),
	theme       TEXT NOT NULL, -- the programme's code for it
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, priority_id, name),
	FOREIGN KEY (area_id, priority_id) REFERENCES priorities (area_id, id)
);

CREATE TABLE plan_versions (
	area_id    TEXT        NOT NULL REFERENCES areas (id),
	number     BIGINT      NOT NULL CHECK (number > 0),
	vision     TEXT        NOT NULL,
	from_year  BIGINT      NOT NULL, -- the financial year it begins with: 2014 is April 2014 to March 2015
	until_year BIGINT      NOT NULL, -- the last financial year it covers
	written_by TEXT        NOT NULL,
	written_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number),
	CHECK (from_year <= until_year)
);

CREATE TABLE plan_lines (
	area_id  TEXT   NOT NULL,
	version  BIGINT NOT NULL,
	position BIGINT NOT NULL,
	line_id  TEXT   NOT NULL,
	minor    BIGINT NOT NULL CHECK (minor >= 0),
	PRIMARY KEY (area_id, version, line_id),
	FOREIGN KEY (area_id, version) REFERENCES plan_versions (area_id, number),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);

-- The last version adopted is the one in force.
CREATE TABLE plan_adoptions (
	area_id    TEXT        NOT NULL,
	version    BIGINT      NOT NULL,
	adopted_on DATE        NOT NULL,
	decision   TEXT        NOT NULL, -- a decision's reference, until decisions themselves are kept here
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, version),
	FOREIGN KEY (area_id, version) REFERENCES plan_versions (area_id, number)
);
