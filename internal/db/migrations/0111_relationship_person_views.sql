-- What one officer who has an account sees of a relationship, where that is chosen
-- for them alone; the last number holds. Where it is not their own, or its last day
-- is over, they see what every officer of the body does.
CREATE TABLE relationship_person_views (
	area_id         TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	person_id       TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	own             BOOLEAN     NOT NULL,
	contents        TEXT        NOT NULL,
	until_on        DATE, -- the last day on which it holds; no day until something else is chosen
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, relationship_id, person_id, number),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id),
	CHECK (own OR (contents = '' AND until_on IS NULL))
);

CREATE INDEX relationship_person_views_by_person ON relationship_person_views (person_id);
