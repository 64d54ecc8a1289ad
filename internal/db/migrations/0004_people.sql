-- People, and the hats they wear: a role, in a place, from a day to a day.
CREATE TABLE people (
	id       TEXT        PRIMARY KEY,
	name     TEXT        NOT NULL CHECK (length(name) > 0),
	email    TEXT        UNIQUE, -- lower case
	added_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE hats (
	id         TEXT        PRIMARY KEY,
	person_id  TEXT        NOT NULL REFERENCES people (id),
	role       TEXT        NOT NULL,
	scope      TEXT        NOT NULL CHECK (scope IN ('installation', 'programme', 'area', 'organisation')),
	place_id   TEXT        NOT NULL, -- '' for the installation
	from_on    DATE        NOT NULL,
	until_on   DATE,       -- the first day on which it is no longer worn
	given_by   TEXT        NOT NULL,
	given_at   TIMESTAMPTZ NOT NULL,
	UNIQUE (person_id, role, scope, place_id, from_on),
	CHECK (until_on IS NULL OR until_on >= from_on)
);

CREATE INDEX hats_by_person ON hats (person_id);
CREATE INDEX hats_by_place ON hats (scope, place_id, role);

-- The people a demonstration offers to be looked round as, with one click.
CREATE TABLE personas (
	code      TEXT   PRIMARY KEY,
	position  BIGINT NOT NULL,
	title     TEXT   NOT NULL,
	words     TEXT   NOT NULL,
	person_id TEXT   NOT NULL REFERENCES people (id),
	hat_id    TEXT   NOT NULL REFERENCES hats (id),
	start_at  TEXT   NOT NULL -- the address to land on
);
