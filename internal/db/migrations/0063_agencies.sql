-- Bodies that areas work with. A body is an organisation, known to the whole
-- installation: what is said of it here comes from registers, or from whoever
-- added it. It stands as it was last said; history has what was said before.
CREATE TABLE agencies (
	organisation_id TEXT        PRIMARY KEY REFERENCES organisations (id),
	number          BIGINT      NOT NULL CHECK (number > 0), -- how often it was noted
	type            TEXT        NOT NULL CHECK (length(type) > 0),
	subtype         TEXT        NOT NULL,
	tier            TEXT        NOT NULL CHECK (tier IN ('', 'parish', 'district', 'county', 'unitary', 'combined', 'national')),
	place           TEXT        NOT NULL, -- where it is, in words: "Sheffield", "Frome, BA11 1AA"
	place_code      TEXT        NOT NULL, -- the GSS code of the local authority that it lies in, or is; '' where not known
	sort_name       TEXT        NOT NULL, -- the name folded to lower case, without accents
	opened_on       DATE,
	closed_on       DATE,                 -- the first day on which it is no more
	register        TEXT        NOT NULL, -- that it is in; '' for one that an area added
	edition_on      DATE,                 -- of what day the newest register was that told of it
	told            TEXT        NOT NULL, -- of what day was what told what stands here: JSON, by the names of the facts
	added_for       TEXT        REFERENCES areas (id), -- the area that added it by hand
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	CHECK (length(register) > 0 OR added_for IS NOT NULL)
);

CREATE INDEX agencies_by_name ON agencies (sort_name, organisation_id);
CREATE INDEX agencies_by_place ON agencies (place_code, type);

-- What it is and was called, and its codes in lists that are none of org-id's (GSS).
-- The first and the last edition of a register that had it say since when and until
-- when it held, where no day is known.
CREATE TABLE agency_names (
	organisation_id TEXT NOT NULL REFERENCES agencies (organisation_id),
	name            TEXT NOT NULL CHECK (length(name) > 0),
	first_on        DATE NOT NULL,
	last_on         DATE NOT NULL,
	PRIMARY KEY (organisation_id, name)
);

CREATE TABLE agency_codes (
	organisation_id TEXT NOT NULL REFERENCES agencies (organisation_id),
	list            TEXT NOT NULL,
	code            TEXT NOT NULL,
	from_on         DATE,
	until_on        DATE,
	first_on        DATE, -- none of a code that no edition had as the current one
	last_on         DATE,
	PRIMARY KEY (list, code, organisation_id)
);

CREATE INDEX agency_codes_by_body ON agency_codes (organisation_id);

-- What came after a body, and what a body is part of.
CREATE TABLE agency_links (
	from_id  TEXT NOT NULL REFERENCES agencies (organisation_id),
	kind     TEXT NOT NULL CHECK (kind IN ('successor', 'parent')),
	to_id    TEXT NOT NULL REFERENCES agencies (organisation_id),
	from_on  DATE,
	until_on DATE,
	PRIMARY KEY (from_id, kind, to_id),
	CHECK (from_id <> to_id)
);

CREATE INDEX agency_links_by_other ON agency_links (to_id, kind);

-- The local authorities, by their GSS codes, in which a body works: a police force, a
-- county.
CREATE TABLE agency_places (
	organisation_id TEXT NOT NULL REFERENCES agencies (organisation_id),
	place_code      TEXT NOT NULL,
	PRIMARY KEY (place_code, organisation_id)
);

-- Teams of a body that a register lists: an area may take one for its own. They are
-- not copied to areas.
CREATE TABLE agency_offers (
	organisation_id TEXT NOT NULL REFERENCES agencies (organisation_id),
	code            TEXT NOT NULL,
	name            TEXT NOT NULL CHECK (length(name) > 0),
	edition_on      DATE NOT NULL,
	PRIMARY KEY (organisation_id, code)
);

-- Types of body beside those that come with the program: a programme's or an
-- area's own. The code begins with the type that it is drawn as.
CREATE TABLE agency_types (
	place    TEXT        NOT NULL, -- the ID of the programme or area
	code     TEXT        NOT NULL CHECK (length(code) > 0),
	name     TEXT        NOT NULL CHECK (length(name) > 0),
	words    TEXT        NOT NULL,
	added_by TEXT        NOT NULL,
	added_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (place, code)
);

-- The bodies that are on an area's list, from a day to a day.
CREATE TABLE agency_listings (
	area_id         TEXT        NOT NULL REFERENCES areas (id),
	organisation_id TEXT        NOT NULL REFERENCES agencies (organisation_id),
	from_on         DATE        NOT NULL,
	until_on        DATE,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, organisation_id)
);

CREATE INDEX agency_listings_by_body ON agency_listings (organisation_id);

-- A part of a body, as an area knows it. What it is called, whose it is and what
-- it is part of stands in versions, each from a day on.
CREATE TABLE agency_units (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	id       TEXT        NOT NULL,
	from_on  DATE        NOT NULL,
	until_on DATE,
	why      TEXT        NOT NULL, -- it ended
	added_by TEXT        NOT NULL,
	added_at TIMESTAMPTZ NOT NULL,
	ended_at TIMESTAMPTZ, -- when its end was noted
	PRIMARY KEY (area_id, id)
);

CREATE TABLE agency_unit_versions (
	area_id         TEXT        NOT NULL,
	unit_id         TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	from_on         DATE        NOT NULL,
	organisation_id TEXT        NOT NULL REFERENCES agencies (organisation_id),
	parent_id       TEXT,
	name            TEXT        NOT NULL CHECK (length(name) > 0),
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, unit_id, number),
	FOREIGN KEY (area_id, unit_id) REFERENCES agency_units (area_id, id),
	FOREIGN KEY (area_id, parent_id) REFERENCES agency_units (area_id, id),
	CHECK (parent_id IS NULL OR parent_id <> unit_id)
);

-- What came after a unit.
CREATE TABLE agency_unit_successors (
	area_id TEXT NOT NULL,
	from_id TEXT NOT NULL,
	to_id   TEXT NOT NULL,
	PRIMARY KEY (area_id, from_id, to_id),
	FOREIGN KEY (area_id, from_id) REFERENCES agency_units (area_id, id),
	FOREIGN KEY (area_id, to_id) REFERENCES agency_units (area_id, id),
	CHECK (from_id <> to_id)
);

-- A post is apart from who holds it.
CREATE TABLE agency_posts (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	id       TEXT        NOT NULL,
	from_on  DATE        NOT NULL,
	until_on DATE,
	added_by TEXT        NOT NULL,
	added_at TIMESTAMPTZ NOT NULL,
	ended_at TIMESTAMPTZ,
	PRIMARY KEY (area_id, id)
);

CREATE TABLE agency_post_versions (
	area_id         TEXT        NOT NULL,
	post_id         TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	from_on         DATE        NOT NULL,
	organisation_id TEXT        NOT NULL REFERENCES agencies (organisation_id),
	unit_id         TEXT,
	title           TEXT        NOT NULL CHECK (length(title) > 0),
	level           TEXT        NOT NULL CHECK (level IN ('', 'front line', 'middle', 'senior', 'board')),
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, post_id, number),
	FOREIGN KEY (area_id, post_id) REFERENCES agency_posts (area_id, id),
	FOREIGN KEY (area_id, unit_id) REFERENCES agency_units (area_id, id)
);

-- Somebody who works for a body. What is known of them may have to be forgotten.
CREATE TABLE agency_contacts (
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	id           TEXT        NOT NULL,
	name         TEXT        NOT NULL, -- '' when it was forgotten
	email        TEXT        NOT NULL,
	phone        TEXT        NOT NULL,
	person_id    TEXT        REFERENCES people (id),
	added_by     TEXT        NOT NULL,
	added_at     TIMESTAMPTZ NOT NULL,
	forgotten_at TIMESTAMPTZ,
	PRIMARY KEY (area_id, id),
	CHECK ((length(name) = 0) = (forgotten_at IS NOT NULL))
);

CREATE INDEX agency_contacts_by_person ON agency_contacts (person_id);

CREATE TABLE agency_holdings (
	area_id    TEXT        NOT NULL,
	id         TEXT        NOT NULL,
	post_id    TEXT        NOT NULL,
	contact_id TEXT,       -- none: somebody, and nobody here knows who
	from_on    DATE        NOT NULL,
	until_on   DATE,
	added_by   TEXT        NOT NULL,
	added_at   TIMESTAMPTZ NOT NULL,
	ended_at   TIMESTAMPTZ,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, post_id) REFERENCES agency_posts (area_id, id),
	FOREIGN KEY (area_id, contact_id) REFERENCES agency_contacts (area_id, id),
	CHECK (until_on IS NULL OR until_on >= from_on)
);

CREATE INDEX agency_holdings_by_post ON agency_holdings (area_id, post_id);
CREATE INDEX agency_holdings_by_contact ON agency_holdings (area_id, contact_id);
