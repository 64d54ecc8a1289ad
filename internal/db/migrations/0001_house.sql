-- What every house has: what kind of database this is, who is signed in, what
-- happened, what was already sent, what waits to be done.

-- One row. A database is real, a demonstration or for development from birth.
CREATE TABLE installations (
	id         BIGINT      PRIMARY KEY CHECK (id = 1),
	kind       TEXT        NOT NULL CHECK (kind IN ('real', 'demonstration', 'development')),
	name       TEXT        NOT NULL,
	last_day   DATE,       -- a demonstration's clock goes on from the end of this day
	founded_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sessions (
	token      TEXT        PRIMARY KEY, -- hashed
	data       BYTEA       NOT NULL,
	expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- What happened, in streams: one for each area, one for each programme, one for
-- the installation. bytes is the event as it was hashed (audit package); what a
-- person may ask to be forgotten stands in audit_payloads, and in the event only
-- as a salted commitment.
CREATE TABLE audit_events (
	stream      TEXT        NOT NULL,
	number      BIGINT      NOT NULL CHECK (number > 0),
	act         TEXT        NOT NULL,
	subject     TEXT        NOT NULL,
	person_id   TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	bytes       BYTEA       NOT NULL,
	PRIMARY KEY (stream, number)
);

CREATE INDEX audit_events_by_subject ON audit_events (stream, subject);

CREATE TABLE audit_payloads (
	stream  TEXT   NOT NULL,
	number  BIGINT NOT NULL,
	salt    BYTEA  NOT NULL,
	payload TEXT   NOT NULL,
	PRIMARY KEY (stream, number),
	FOREIGN KEY (stream, number) REFERENCES audit_events (stream, number)
);

-- The head of each stream's Merkle tree (RFC 6962): how many events, and the
-- hashes of the perfect trees they make, largest first, 32 bytes each.
CREATE TABLE audit_heads (
	stream TEXT   PRIMARY KEY,
	size   BIGINT NOT NULL,
	peaks  BYTEA  NOT NULL
);

-- A form or call that was sent: sent again, it is answered and not done again.
CREATE TABLE submissions (
	form      TEXT        NOT NULL,
	person_id TEXT        NOT NULL,
	digest    BYTEA       NOT NULL,
	subject   TEXT        NOT NULL,
	sent_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (form, person_id)
);

CREATE TABLE outbox (
	id        TEXT        PRIMARY KEY,
	kind      TEXT        NOT NULL,
	about     TEXT        NOT NULL,
	added_at  TIMESTAMPTZ NOT NULL,
	due_at    TIMESTAMPTZ NOT NULL,
	tries     BIGINT      NOT NULL DEFAULT 0,
	leased_to TIMESTAMPTZ,
	done_at   TIMESTAMPTZ,
	UNIQUE (kind, about)
);

CREATE INDEX outbox_by_due ON outbox (due_at) WHERE done_at IS NULL;
