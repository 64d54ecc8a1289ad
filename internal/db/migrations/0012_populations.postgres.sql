-- How many people live in an area, counted on a day. A later count, or a better one of the same day, is a further record.
CREATE TABLE area_populations (
	id        TEXT        PRIMARY KEY,
	area_id   TEXT        NOT NULL REFERENCES areas (id),
	as_at     DATE        NOT NULL,
	residents BIGINT      NOT NULL CHECK (residents > 0),
	estimate  BOOLEAN     NOT NULL,
	basis     TEXT        NOT NULL CHECK (basis IN ('told', 'small areas')),
	source    TEXT        NOT NULL CHECK (length(source) > 0),
	set_by    TEXT        NOT NULL,
	set_at    TIMESTAMPTZ NOT NULL
);

CREATE INDEX area_populations_by_day ON area_populations (area_id, as_at);

-- Parts of every year in which another number of people are there. Days are month and day: 0601.
CREATE TABLE area_population_seasons (
	population_id TEXT   NOT NULL REFERENCES area_populations (id),
	position      BIGINT NOT NULL,
	name          TEXT   NOT NULL,
	from_day      BIGINT NOT NULL,
	until_day     BIGINT NOT NULL, -- the last
	people        BIGINT NOT NULL CHECK (people > 0),
	PRIMARY KEY (population_id, position)
);

CREATE TRIGGER area_populations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_populations FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER area_population_seasons_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_population_seasons FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
