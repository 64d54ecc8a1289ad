-- How somebody wishes to be reminded; who has said nothing is written to.
CREATE TABLE reminder_choices (
	person_id TEXT        NOT NULL PRIMARY KEY REFERENCES people (id),
	how       TEXT        NOT NULL CHECK (how IN ('at once', 'weekly', 'never')),
	chosen_at TIMESTAMPTZ NOT NULL
);

-- That somebody was reminded of something, so that they are once.
CREATE TABLE reminders_sent (
	person_id TEXT        NOT NULL REFERENCES people (id),
	kind      TEXT        NOT NULL,
	about     TEXT        NOT NULL,
	area_id   TEXT        NOT NULL REFERENCES areas (id),
	sent_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (person_id, kind, about)
);

CREATE INDEX reminders_sent_by_time ON reminders_sent (sent_at);

-- The days on which an area's people were thought of: once a day.
CREATE TABLE reminder_days (
	area_id TEXT NOT NULL REFERENCES areas (id),
	on_day  DATE NOT NULL,
	PRIMARY KEY (area_id, on_day)
);
