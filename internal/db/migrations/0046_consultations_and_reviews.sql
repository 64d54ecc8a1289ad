-- What people were asked, and what was heard. It is written section by section
-- until it is fed back to those who were asked; then it stays, and is public.
CREATE TABLE consultations (
	area_id     TEXT        NOT NULL REFERENCES areas (id),
	number      BIGINT      NOT NULL CHECK (number > 0),
	title       TEXT        NOT NULL CHECK (length(title) > 0),
	content     TEXT        NOT NULL,
	asked       BIGINT      NOT NULL, -- how many were asked, and
	answered    BIGINT      NOT NULL, -- how many answered, over all ways of asking
	begun_by    TEXT        NOT NULL,
	begun_at    TIMESTAMPTZ NOT NULL,
	saved_by    TEXT        NOT NULL,
	saved_at    TIMESTAMPTZ NOT NULL,
	fed_back_on DATE,
	PRIMARY KEY (area_id, number)
);

-- A look back at the plan, once a year. It stays once it is finished.
CREATE TABLE plan_reviews (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL CHECK (number > 0),
	version     BIGINT      NOT NULL, -- the plan in force that is looked at
	content     TEXT        NOT NULL,
	begun_by    TEXT        NOT NULL,
	begun_at    TIMESTAMPTZ NOT NULL,
	saved_by    TEXT        NOT NULL,
	saved_at    TIMESTAMPTZ NOT NULL,
	finished_on DATE,
	PRIMARY KEY (area_id, number),
	FOREIGN KEY (area_id, version) REFERENCES plan_adoptions (area_id, version)
);

CREATE UNIQUE INDEX plan_reviews_one ON plan_reviews (area_id) WHERE finished_on IS NULL;
