-- That what a filing's file holds is forgotten: people in a photograph may change
-- their mind. That there was one stays.
CREATE TABLE document_forgettings (
	place        TEXT        NOT NULL,
	id           TEXT        NOT NULL,
	hash         TEXT        NOT NULL REFERENCES documents (hash),
	forgotten_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (place, id),
	FOREIGN KEY (place, id) REFERENCES document_filings (place, id)
);

CREATE INDEX document_forgettings_by_hash ON document_forgettings (hash);

-- Photographs of a project, on its timeline. The picture is a document. When one is
-- removed its words go, too.
CREATE TABLE project_photos (
	area_id     TEXT        NOT NULL,
	id          TEXT        NOT NULL,
	project_id  TEXT        NOT NULL,
	on_day      DATE        NOT NULL, -- on which it was taken
	file_id     TEXT        NOT NULL, -- the filing
	width       BIGINT      NOT NULL CHECK (width > 0),
	height      BIGINT      NOT NULL CHECK (height > 0),
	shows       TEXT        NOT NULL, -- what can be seen in it, for who cannot see it
	words       TEXT        NOT NULL, -- beside it
	taken_by    TEXT        NOT NULL,
	taker_named BOOLEAN     NOT NULL, -- they agreed that everybody sees their name
	noted_by    TEXT        NOT NULL,
	noted_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, project_id) REFERENCES projects (area_id, id),
	FOREIGN KEY (area_id, file_id) REFERENCES document_filings (place, id)
);

CREATE INDEX project_photos_by_project ON project_photos (area_id, project_id);

-- Who may see it, and whether those in it agreed; the last that was noted holds. An
-- agreement ends.
CREATE TABLE project_photo_consents (
	area_id  TEXT        NOT NULL,
	photo_id TEXT        NOT NULL,
	number   BIGINT      NOT NULL CHECK (number > 0),
	people   BOOLEAN     NOT NULL, -- somebody can be recognised in it
	public   BOOLEAN     NOT NULL, -- everybody may see it
	who      TEXT        NOT NULL, -- agreed, and how
	until_on DATE,                 -- the last day of the agreement
	noted_by TEXT        NOT NULL,
	noted_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, photo_id, number),
	FOREIGN KEY (area_id, photo_id) REFERENCES project_photos (area_id, id),
	CHECK (people = (until_on IS NOT NULL))
);

CREATE TABLE project_photo_removals (
	area_id    TEXT        NOT NULL,
	photo_id   TEXT        NOT NULL,
	removed_by TEXT        NOT NULL,
	removed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, photo_id),
	FOREIGN KEY (area_id, photo_id) REFERENCES project_photos (area_id, id)
);
