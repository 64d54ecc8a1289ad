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
SELECT id, 1, substr(added_at, 1, 10), boundary_basis, 'system', added_at FROM areas
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
SELECT id, 1, rulebook, rulebook_version, rulebook_text, substr(added_at, 1, 10), 'system', added_at FROM programmes;

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
) STRICT, WITHOUT ROWID;

-- What became of the small areas of one census in the next: U unchanged, S split, M merged, X irregular.
CREATE TABLE small_area_changes (
	edition  BIGINT NOT NULL REFERENCES geography_editions (id),
	old_code TEXT   NOT NULL,
	new_code TEXT   NOT NULL,
	change   TEXT   NOT NULL CHECK (change IN ('U', 'S', 'M', 'X')),
	PRIMARY KEY (edition, old_code, new_code)
) STRICT, WITHOUT ROWID;

CREATE INDEX small_area_changes_by_new ON small_area_changes (edition, new_code);

CREATE TABLE deprivation_scores (
	edition BIGINT NOT NULL REFERENCES geography_editions (id),
	code    TEXT   NOT NULL,
	decile  BIGINT NOT NULL CHECK (decile BETWEEN 1 AND 10), -- 1 is the most deprived tenth
	rank    BIGINT NOT NULL,
	score   BIGINT,          -- in thousandths
	domains TEXT   NOT NULL, -- deciles of income, employment, education, health, crime, housing, environment
	PRIMARY KEY (edition, code)
) STRICT, WITHOUT ROWID;

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
) STRICT, WITHOUT ROWID;

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
) STRICT, WITHOUT ROWID;

CREATE TABLE outlines (
	edition BIGINT NOT NULL REFERENCES geography_editions (id),
	code    TEXT   NOT NULL,
	name    TEXT   NOT NULL,
	shape   TEXT   NOT NULL, -- rings of whole hundred-thousandths of a degree, east then north
	PRIMARY KEY (edition, code)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER area_boundaries_stay BEFORE UPDATE ON area_boundaries BEGIN SELECT RAISE(ABORT, 'area_boundaries is append-only'); END;
CREATE TRIGGER area_boundaries_stay_kept BEFORE DELETE ON area_boundaries BEGIN SELECT RAISE(ABORT, 'area_boundaries is append-only'); END;
CREATE TRIGGER area_boundary_lsoas_stay BEFORE UPDATE ON area_boundary_lsoas BEGIN SELECT RAISE(ABORT, 'area_boundary_lsoas is append-only'); END;
CREATE TRIGGER area_boundary_lsoas_stay_kept BEFORE DELETE ON area_boundary_lsoas BEGIN SELECT RAISE(ABORT, 'area_boundary_lsoas is append-only'); END;
CREATE TRIGGER programme_rulebooks_stay BEFORE UPDATE ON programme_rulebooks BEGIN SELECT RAISE(ABORT, 'programme_rulebooks is append-only'); END;
CREATE TRIGGER programme_rulebooks_stay_kept BEFORE DELETE ON programme_rulebooks BEGIN SELECT RAISE(ABORT, 'programme_rulebooks is append-only'); END;
CREATE TRIGGER geography_editions_stay BEFORE UPDATE ON geography_editions BEGIN SELECT RAISE(ABORT, 'geography_editions is append-only'); END;
CREATE TRIGGER geography_editions_stay_kept BEFORE DELETE ON geography_editions BEGIN SELECT RAISE(ABORT, 'geography_editions is append-only'); END;
CREATE TRIGGER small_areas_stay BEFORE UPDATE ON small_areas BEGIN SELECT RAISE(ABORT, 'small_areas is append-only'); END;
CREATE TRIGGER small_areas_stay_kept BEFORE DELETE ON small_areas BEGIN SELECT RAISE(ABORT, 'small_areas is append-only'); END;
CREATE TRIGGER small_area_changes_stay BEFORE UPDATE ON small_area_changes BEGIN SELECT RAISE(ABORT, 'small_area_changes is append-only'); END;
CREATE TRIGGER small_area_changes_stay_kept BEFORE DELETE ON small_area_changes BEGIN SELECT RAISE(ABORT, 'small_area_changes is append-only'); END;
CREATE TRIGGER deprivation_scores_stay BEFORE UPDATE ON deprivation_scores BEGIN SELECT RAISE(ABORT, 'deprivation_scores is append-only'); END;
CREATE TRIGGER deprivation_scores_stay_kept BEFORE DELETE ON deprivation_scores BEGIN SELECT RAISE(ABORT, 'deprivation_scores is append-only'); END;
CREATE TRIGGER community_needs_stay BEFORE UPDATE ON community_needs BEGIN SELECT RAISE(ABORT, 'community_needs is append-only'); END;
CREATE TRIGGER community_needs_stay_kept BEFORE DELETE ON community_needs BEGIN SELECT RAISE(ABORT, 'community_needs is append-only'); END;
CREATE TRIGGER small_area_people_stay BEFORE UPDATE ON small_area_people BEGIN SELECT RAISE(ABORT, 'small_area_people is append-only'); END;
CREATE TRIGGER small_area_people_stay_kept BEFORE DELETE ON small_area_people BEGIN SELECT RAISE(ABORT, 'small_area_people is append-only'); END;
CREATE TRIGGER outlines_stay BEFORE UPDATE ON outlines BEGIN SELECT RAISE(ABORT, 'outlines is append-only'); END;
CREATE TRIGGER outlines_stay_kept BEFORE DELETE ON outlines BEGIN SELECT RAISE(ABORT, 'outlines is append-only'); END;
