-- Files that are kept, by their content: hash is the SHA-256 of it. They are kept
-- in parts, so that none is ever whole in one row.
CREATE TABLE documents (
	hash       TEXT        PRIMARY KEY CHECK (length(hash) = 64),
	media_type TEXT        NOT NULL,
	size       BIGINT      NOT NULL CHECK (size > 0),
	kept_at    TIMESTAMPTZ NOT NULL
);

CREATE TABLE document_parts (
	hash   TEXT   NOT NULL REFERENCES documents (hash),
	number BIGINT NOT NULL CHECK (number > 0),
	bytes  BYTEA  NOT NULL,
	PRIMARY KEY (hash, number)
);

-- That a file belongs to something: in a place (an area), under a subject (a spend).
CREATE TABLE document_filings (
	place    TEXT        NOT NULL,
	id       TEXT        NOT NULL,
	subject  TEXT        NOT NULL,
	hash     TEXT        NOT NULL REFERENCES documents (hash),
	name     TEXT        NOT NULL CHECK (length(name) > 0),
	filed_by TEXT        NOT NULL,
	filed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (place, id),
	UNIQUE (place, subject, hash)
);

CREATE INDEX document_filings_by_hash ON document_filings (hash);

-- Files that came with a form that was refused: they wait for it, for a day.
CREATE TABLE document_uploads (
	form       TEXT        NOT NULL,
	person_id  TEXT        NOT NULL,
	hash       TEXT        NOT NULL,
	name       TEXT        NOT NULL,
	media_type TEXT        NOT NULL,
	size       BIGINT      NOT NULL,
	sent_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (form, person_id, hash)
);

CREATE INDEX document_uploads_by_person ON document_uploads (person_id);
CREATE INDEX document_uploads_by_age ON document_uploads (sent_at);

CREATE TABLE document_upload_parts (
	form      TEXT   NOT NULL,
	person_id TEXT   NOT NULL,
	hash      TEXT   NOT NULL,
	number    BIGINT NOT NULL,
	bytes     BYTEA  NOT NULL,
	PRIMARY KEY (form, person_id, hash, number)
);

-- What was certified: the hash of the spend and of its evidence, in hexadecimal
-- digits. '' for what was certified before there was any.
ALTER TABLE spend_certifications ADD COLUMN digest TEXT NOT NULL DEFAULT '';

-- What is kept stays.
CREATE TRIGGER documents_stay BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;
CREATE TRIGGER documents_stay_kept BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'documents is append-only'); END;
CREATE TRIGGER document_parts_stay BEFORE UPDATE ON document_parts BEGIN SELECT RAISE(ABORT, 'document_parts is append-only'); END;
CREATE TRIGGER document_parts_stay_kept BEFORE DELETE ON document_parts BEGIN SELECT RAISE(ABORT, 'document_parts is append-only'); END;
CREATE TRIGGER document_filings_stay BEFORE UPDATE ON document_filings BEGIN SELECT RAISE(ABORT, 'document_filings is append-only'); END;
CREATE TRIGGER document_filings_stay_kept BEFORE DELETE ON document_filings BEGIN SELECT RAISE(ABORT, 'document_filings is append-only'); END;
