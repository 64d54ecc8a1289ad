-- Under which theme a budget line is told, said later: where nothing told it when it was
-- planned, or what told it was wrong. The last one counts. What a plan said stays.
CREATE TABLE line_codings (
	area_id  TEXT        NOT NULL,
	line_id  TEXT        NOT NULL,
	number   BIGINT      NOT NULL CHECK (number > 0),
	theme    TEXT        NOT NULL CHECK (length(theme) > 0), -- the programme's code for it
	why      TEXT        NOT NULL,
	coded_by TEXT        NOT NULL,
	coded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, line_id, number),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);
