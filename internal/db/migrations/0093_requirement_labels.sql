-- What a requirement was found out to be after it was noted: the law, or a habit.
-- The last is how it is labelled; what was thought before stays.
CREATE TABLE requirement_labels (
	area_id        TEXT        NOT NULL,
	requirement_id TEXT        NOT NULL,
	number         BIGINT      NOT NULL CHECK (number > 0),
	basis          TEXT        NOT NULL CHECK (basis IN ('law', 'habit', 'not known')),
	law            TEXT        NOT NULL,
	on_day         DATE        NOT NULL,
	words          TEXT        NOT NULL, -- how we know
	noted_by       TEXT        NOT NULL,
	noted_at       TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, requirement_id, number),
	FOREIGN KEY (area_id, requirement_id) REFERENCES requirements (area_id, id),
	CHECK (basis <> 'law' OR length(law) > 0)
);
