-- Boundaries of an area: versioned sets of small areas. area_lsoas is the set of the last version.
CREATE TABLE area_boundaries (
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	number       BIGINT      NOT NULL CHECK (number > 0),
	from_on      DATE        NOT NULL,
	basis        TEXT        NOT NULL DEFAULT '', -- how the small areas were found
	confirmed_by TEXT        NOT NULL DEFAULT '', -- who confirmed them, where somebody did
	confirmed_on DATE,
	set_by       TEXT        NOT NULL,
	set_at       TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number)
);

CREATE TABLE area_boundary_lsoas (
	area_id TEXT   NOT NULL,
	number  BIGINT NOT NULL,
	code    TEXT   NOT NULL,
	PRIMARY KEY (area_id, number, code),
	FOREIGN KEY (area_id, number) REFERENCES area_boundaries (area_id, number)
);

INSERT INTO area_boundaries (area_id, number, from_on, basis, set_by, set_at)
SELECT id, 1, CAST(added_at AT TIME ZONE 'UTC' AS DATE), boundary_basis, 'system', added_at FROM areas
WHERE EXISTS (SELECT 1 FROM area_lsoas WHERE area_id = areas.id);

INSERT INTO area_boundary_lsoas (area_id, number, code) SELECT area_id, 1, code FROM area_lsoas;

-- The rule books of a programme, one after another. programmes has the text of the last.
CREATE TABLE programme_rulebooks (
	programme_id TEXT        NOT NULL REFERENCES programmes (id),
	number       BIGINT      NOT NULL CHECK (number > 0),
	rulebook     TEXT        NOT NULL,
	version      BIGINT      NOT NULL,
	text         TEXT        NOT NULL,
	from_on      DATE        NOT NULL,
	taken_by     TEXT        NOT NULL,
	taken_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (programme_id, number)
);

INSERT INTO programme_rulebooks (programme_id, number, rulebook, version, text, from_on, taken_by, taken_at)
SELECT id, 1, rulebook, rulebook_version, rulebook_text, CAST(added_at AT TIME ZONE 'UTC' AS DATE), 'system', added_at FROM programmes;

-- Files about the geography of the country that the operator brought in. Of a series the last is the one that is shown.
CREATE TABLE geography_editions (
	id           BIGINT      PRIMARY KEY,
	kind         TEXT        NOT NULL,
	series       TEXT        NOT NULL,
	number       BIGINT      NOT NULL CHECK (number > 0), -- within the series
	name         TEXT        NOT NULL,
	year         BIGINT      NOT NULL,
	codes_of     BIGINT      NOT NULL, -- the year of the codes: small areas of 2011, of 2021 …
	as_at        DATE,
	file         TEXT        NOT NULL,
	sha256       TEXT        NOT NULL,
	source       TEXT        NOT NULL,
	licence      TEXT        NOT NULL,
	is_public    BOOLEAN     NOT NULL,
	row_count    BIGINT      NOT NULL,
	imported_by  TEXT        NOT NULL,
	imported_at  TIMESTAMPTZ NOT NULL,
	UNIQUE (series, number)
);

CREATE TABLE small_areas (
	edition     BIGINT NOT NULL REFERENCES geography_editions (id),
	code        TEXT   NOT NULL,
	name        TEXT   NOT NULL,
	msoa_name   TEXT   NOT NULL,
	ward_code   TEXT   NOT NULL,
	ward_name   TEXT   NOT NULL,
	lad_code    TEXT   NOT NULL,
	lad_name    TEXT   NOT NULL,
	region_name TEXT   NOT NULL,
	icb_name    TEXT   NOT NULL,
	PRIMARY KEY (edition, code)
);

-- What became of the small areas of one census in the next: U unchanged, S split, M merged, X irregular.
CREATE TABLE small_area_changes (
	edition  BIGINT NOT NULL REFERENCES geography_editions (id),
	old_code TEXT   NOT NULL,
	new_code TEXT   NOT NULL,
	change   TEXT   NOT NULL CHECK (change IN ('U', 'S', 'M', 'X')),
	PRIMARY KEY (edition, old_code, new_code)
);

CREATE INDEX small_area_changes_by_new ON small_area_changes (edition, new_code);

CREATE TABLE deprivation_scores (
	edition BIGINT NOT NULL REFERENCES geography_editions (id),
	code    TEXT   NOT NULL,
	decile  BIGINT NOT NULL CHECK (decile BETWEEN 1 AND 10), -- 1 is the most deprived tenth
	rank    BIGINT NOT NULL,
	score   BIGINT,          -- in thousandths
	domains TEXT   NOT NULL, -- deciles of income, employment, education, health, crime, housing, environment
	PRIMARY KEY (edition, code)
);

CREATE TABLE community_needs (
	edition     BIGINT  NOT NULL REFERENCES geography_editions (id),
	code        TEXT    NOT NULL, -- of a small area or of a ward
	name        TEXT    NOT NULL,
	lad_code    TEXT    NOT NULL,
	score       BIGINT  NOT NULL, -- in thousandths, as are the next three
	assets      BIGINT  NOT NULL,
	connections BIGINT  NOT NULL,
	engagement  BIGINT  NOT NULL,
	rank        BIGINT  NOT NULL, -- 1 has the greatest needs
	left_behind BOOLEAN NOT NULL,
	PRIMARY KEY (edition, code)
);

CREATE TABLE small_area_people (
	edition  BIGINT NOT NULL REFERENCES geography_editions (id),
	code     TEXT   NOT NULL,
	people   BIGINT NOT NULL CHECK (people >= 0),
	to_15    BIGINT NOT NULL,
	to_24    BIGINT NOT NULL,
	to_44    BIGINT NOT NULL,
	to_64    BIGINT NOT NULL,
	from_65  BIGINT NOT NULL,
	PRIMARY KEY (edition, code)
);

CREATE TABLE outlines (
	edition BIGINT NOT NULL REFERENCES geography_editions (id),
	code    TEXT   NOT NULL,
	name    TEXT   NOT NULL,
	shape   TEXT   NOT NULL, -- rings of whole hundred-thousandths of a degree, east then north
	PRIMARY KEY (edition, code)
);

CREATE TRIGGER area_boundaries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_boundaries FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER area_boundary_lsoas_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_boundary_lsoas FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER programme_rulebooks_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON programme_rulebooks FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER geography_editions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON geography_editions FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER small_areas_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON small_areas FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER small_area_changes_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON small_area_changes FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER deprivation_scores_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON deprivation_scores FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER community_needs_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON community_needs FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER small_area_people_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON small_area_people FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER outlines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON outlines FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
