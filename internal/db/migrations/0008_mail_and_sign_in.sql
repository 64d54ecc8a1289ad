-- Mail, to exactly one person each. What it says is kept until it is sent; in a
-- demonstration, where nothing is sent, until it is swept, for reading.
CREATE TABLE mails (
	id        TEXT        PRIMARY KEY,
	recipient TEXT        NOT NULL,
	subject   TEXT        NOT NULL,
	body      TEXT        NOT NULL, -- JSON; '' once it is sent, or is to be sent no more
	added_at  TIMESTAMPTZ NOT NULL,
	until_at  TIMESTAMPTZ NOT NULL, -- from then on it is of no use
	sent_at   TIMESTAMPTZ,
	failed_at TIMESTAMPTZ,          -- the other side will not have it
	CHECK (sent_at IS NULL OR failed_at IS NULL)
);

CREATE INDEX mails_by_time ON mails (added_at);

-- Where somebody is signed in. A session names its row: without it, the session
-- lets nobody in.
CREATE TABLE sign_ins (
	id         TEXT        PRIMARY KEY,
	person_id  TEXT        NOT NULL REFERENCES people (id),
	how        TEXT        NOT NULL,
	browser    TEXT        NOT NULL, -- in words: "Firefox on Windows"
	begun_at   TIMESTAMPTZ NOT NULL,
	expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX sign_ins_by_person ON sign_ins (person_id);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);

-- The hat that each person had on last.
CREATE TABLE hats_on (
	person_id TEXT PRIMARY KEY REFERENCES people (id),
	hat_id    TEXT NOT NULL REFERENCES hats (id)
);

-- A way in that is used once: what was mailed to who asked, printed on a sheet of
-- paper, or shown at the command line. Its secrets are kept hashed, each for its
-- kind alone.
CREATE TABLE passes (
	id         TEXT        PRIMARY KEY,
	kind       TEXT        NOT NULL CHECK (kind IN ('email', 'printed', 'operator')),
	email      TEXT,       -- of an email: the address that was typed, whether or not it is known
	person_id  TEXT        REFERENCES people (id), -- whom it lets in; nobody until the mail is written
	area_id    TEXT        REFERENCES areas (id),  -- of a printed one: where it was given
	made_by    TEXT,       -- of a printed one: who gave it
	link       BYTEA,
	code       BYTEA,
	tries      BIGINT      NOT NULL DEFAULT 0, -- with a wrong code
	made_at    TIMESTAMPTZ NOT NULL,
	expires_at TIMESTAMPTZ NOT NULL,
	used_at    TIMESTAMPTZ,
	CHECK (kind = 'email' OR person_id IS NOT NULL)
);

CREATE UNIQUE INDEX passes_by_link ON passes (link) WHERE link IS NOT NULL;
CREATE INDEX passes_by_code ON passes (code) WHERE kind = 'printed';
CREATE INDEX passes_by_person ON passes (person_id, kind);
CREATE INDEX passes_by_expiry ON passes (expires_at);

-- How often something was tried of late: an address that was typed, an IP
-- address, both hashed.
CREATE TABLE sign_in_tries (
	what    BYTEA       PRIMARY KEY,
	tries   BIGINT      NOT NULL,
	last_at TIMESTAMPTZ NOT NULL,
	free_at TIMESTAMPTZ NOT NULL -- before then it is refused
);

CREATE INDEX sign_in_tries_by_time ON sign_in_tries (last_at);
