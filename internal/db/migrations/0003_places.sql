-- Every organisation once, programmes with their rule book, and areas.
CREATE TABLE organisations (
	id         TEXT        PRIMARY KEY,
	slug       TEXT        NOT NULL UNIQUE,
	name       TEXT        NOT NULL CHECK (length(name) > 0),
	postcode   TEXT        NOT NULL DEFAULT '',
	added_at   TIMESTAMPTZ NOT NULL
);

CREATE TABLE organisation_kinds (
	organisation_id TEXT NOT NULL REFERENCES organisations (id),
	kind            TEXT NOT NULL,
	PRIMARY KEY (organisation_id, kind)
);

-- Identifiers by the org-id register's lists: GB-CHC, GB-COH, GB-LAE …
CREATE TABLE organisation_identifiers (
	organisation_id TEXT NOT NULL REFERENCES organisations (id),
	list            TEXT NOT NULL,
	number          TEXT NOT NULL,
	from_on         DATE,
	until_on        DATE,
	PRIMARY KEY (list, number, organisation_id)
);

CREATE TABLE programmes (
	id               TEXT        PRIMARY KEY,
	slug             TEXT        NOT NULL UNIQUE,
	name             TEXT        NOT NULL CHECK (length(name) > 0),
	funder_id        TEXT        NOT NULL REFERENCES organisations (id),
	rulebook         TEXT        NOT NULL,
	rulebook_version BIGINT      NOT NULL,
	rulebook_text    TEXT        NOT NULL, -- as it was when the programme took it
	begins_on        DATE        NOT NULL,
	ends_on          DATE        NOT NULL,
	added_at         TIMESTAMPTZ NOT NULL,
	CHECK (begins_on < ends_on)
);

CREATE TABLE areas (
	id              TEXT        PRIMARY KEY,
	programme_id    TEXT        NOT NULL REFERENCES programmes (id),
	slug            TEXT        NOT NULL UNIQUE,
	name            TEXT        NOT NULL CHECK (length(name) > 0),
	region          TEXT        NOT NULL DEFAULT '', -- '' where it is not known
	nation          TEXT        NOT NULL DEFAULT '',
	authority_name  TEXT        NOT NULL DEFAULT '',
	authority_code  TEXT        NOT NULL DEFAULT '', -- GSS
	authority_basis TEXT        NOT NULL DEFAULT '', -- how it is known: stated, inferred …
	wave            TEXT        NOT NULL DEFAULT '',
	source          TEXT        NOT NULL DEFAULT '', -- where the area's being in the programme is evidenced
	confidence      TEXT        NOT NULL DEFAULT '',
	boundary_basis  TEXT        NOT NULL DEFAULT '',
	sort_name       TEXT        NOT NULL,            -- the name folded to lower case, without accents
	search_text     TEXT        NOT NULL,            -- the name and the authority, folded likewise
	added_at        TIMESTAMPTZ NOT NULL,
	UNIQUE (programme_id, name, authority_code, authority_name)
);

CREATE INDEX areas_by_name ON areas (programme_id, sort_name, id);

-- The small areas (LSOA 2021) that make up an area.
CREATE TABLE area_lsoas (
	area_id TEXT NOT NULL REFERENCES areas (id),
	code    TEXT NOT NULL,
	PRIMARY KEY (area_id, code)
);

-- States describe; they impose no deadline (P01).
CREATE TABLE area_states (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	state    TEXT        NOT NULL,
	from_on  DATE        NOT NULL,
	noted_by TEXT        NOT NULL,
	noted_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, from_on, state)
);
