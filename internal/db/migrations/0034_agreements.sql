-- That the programme endorsed a partnership, with what it saw that day.
CREATE TABLE endorsements (
	area_id        TEXT        PRIMARY KEY REFERENCES areas (id),
	endorsed_on    DATE        NOT NULL,
	people         BIGINT      NOT NULL,
	residents      BIGINT      NOT NULL,
	votes          BIGINT      NOT NULL,
	resident_votes BIGINT      NOT NULL,
	words          TEXT        NOT NULL,
	endorsed_by    TEXT        NOT NULL,
	endorsed_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE endorsement_members (
	area_id  TEXT    NOT NULL REFERENCES endorsements (area_id),
	position BIGINT  NOT NULL,
	person_id TEXT    NOT NULL,
	kind     TEXT    NOT NULL,
	resident BOOLEAN NOT NULL,
	share    TEXT    NOT NULL,
	PRIMARY KEY (area_id, position)
);

-- Agreements, in versions: each changed text is a row of its own. The organisation
-- of a memorandum is the funder, of the others the LTO.
CREATE TABLE agreements (
	area_id         TEXT        NOT NULL REFERENCES areas (id),
	id              TEXT        NOT NULL,
	kind            TEXT        NOT NULL CHECK (kind IN ('memorandum', 'funder and lto', 'partnership and lto')),
	organisation_id TEXT        NOT NULL REFERENCES organisations (id),
	version         BIGINT      NOT NULL CHECK (version > 0),
	text            TEXT        NOT NULL CHECK (length(text) > 0),
	review_on       DATE,
	why             TEXT        NOT NULL, -- why there is another version; '' of the first
	written_by      TEXT        NOT NULL,
	written_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, kind, organisation_id, version)
);

-- One signature a side, of the text with that digest, and nobody signs for two.
CREATE TABLE agreement_signatures (
	area_id      TEXT        NOT NULL,
	agreement_id TEXT        NOT NULL,
	side         TEXT        NOT NULL CHECK (side IN ('partnership', 'funder', 'lto')),
	digest       TEXT        NOT NULL CHECK (length(digest) = 64),
	role         TEXT        NOT NULL,
	hat_id       TEXT        NOT NULL,
	signed_by    TEXT        NOT NULL REFERENCES people (id),
	signed_on    DATE        NOT NULL,
	signed_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, agreement_id, side),
	UNIQUE (area_id, agreement_id, signed_by),
	FOREIGN KEY (area_id, agreement_id) REFERENCES agreements (area_id, id)
);

-- That somebody who did not sign it read it again: a new chair.
CREATE TABLE agreement_readings (
	area_id      TEXT        NOT NULL,
	agreement_id TEXT        NOT NULL,
	read_by      TEXT        NOT NULL REFERENCES people (id),
	read_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, agreement_id, read_by),
	FOREIGN KEY (area_id, agreement_id) REFERENCES agreements (area_id, id)
);

-- What a partnership is in law, from a day on.
CREATE TABLE legal_forms (
	area_id     TEXT        NOT NULL REFERENCES areas (id),
	number      BIGINT      NOT NULL CHECK (number > 0),
	form        TEXT        NOT NULL CHECK (form IN ('group', 'association', 'cio', 'company', 'cic', 'society', 'other')),
	name        TEXT        NOT NULL, -- under which it is registered
	register    TEXT        NOT NULL, -- its number there
	from_on     DATE        NOT NULL,
	why         TEXT        NOT NULL,
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number)
);

-- A partnership looking back at itself. Each time it is kept is a row; the last counts.
CREATE TABLE partnership_reviews (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	id       TEXT        NOT NULL,
	begun_by TEXT        NOT NULL,
	begun_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

CREATE TABLE partnership_review_drafts (
	area_id   TEXT        NOT NULL,
	review_id TEXT        NOT NULL,
	number    BIGINT      NOT NULL CHECK (number > 0),
	held_on   DATE        NOT NULL,
	took_part TEXT        NOT NULL,
	well      TEXT        NOT NULL,
	hard      TEXT        NOT NULL,
	changes   TEXT        NOT NULL,
	keeps     TEXT        NOT NULL,
	kept_by   TEXT        NOT NULL,
	kept_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, review_id, number),
	FOREIGN KEY (area_id, review_id) REFERENCES partnership_reviews (area_id, id)
);

CREATE TABLE partnership_review_answers (
	area_id   TEXT   NOT NULL,
	review_id TEXT   NOT NULL,
	number    BIGINT NOT NULL,
	prompt    TEXT   NOT NULL,
	words     TEXT   NOT NULL,
	PRIMARY KEY (area_id, review_id, number, prompt),
	FOREIGN KEY (area_id, review_id, number) REFERENCES partnership_review_drafts (area_id, review_id, number)
);

CREATE TABLE partnership_review_endings (
	area_id     TEXT        NOT NULL,
	review_id   TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	finished_by TEXT        NOT NULL,
	finished_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, review_id),
	FOREIGN KEY (area_id, review_id, number) REFERENCES partnership_review_drafts (area_id, review_id, number)
);
