-- Signed checkpoints of the whole history, and the keys they were signed with.
-- A checkpoint is a tree over the heads of all streams; only the heads that
-- changed since the one before are kept with it.
CREATE TABLE audit_keys (
	number     BIGINT      PRIMARY KEY CHECK (number > 0),
	public_key TEXT        NOT NULL UNIQUE, -- as a verifier key of a signed note
	begun_at   TIMESTAMPTZ NOT NULL
);

CREATE TABLE audit_checkpoints (
	number  BIGINT      PRIMARY KEY CHECK (number > 0),
	made_at TIMESTAMPTZ NOT NULL,
	size    BIGINT      NOT NULL CHECK (size > 0), -- events in all streams
	note    TEXT        NOT NULL
);

CREATE TABLE audit_checkpoint_heads (
	checkpoint BIGINT NOT NULL REFERENCES audit_checkpoints (number),
	stream     TEXT   NOT NULL,
	size       BIGINT NOT NULL CHECK (size > 0),
	root       BYTEA  NOT NULL,
	PRIMARY KEY (checkpoint, stream)
);

-- Who is sent the latest checkpoint each day, so that nobody who holds the
-- database alone can rewrite it unseen.
CREATE TABLE checkpoint_parties (
	id       TEXT        PRIMARY KEY,
	email    TEXT        NOT NULL,
	name     TEXT        NOT NULL,
	added_at TIMESTAMPTZ NOT NULL,
	ended_at TIMESTAMPTZ,
	sent     BIGINT      NOT NULL DEFAULT 0 -- the number of the last checkpoint that was sent
);

CREATE UNIQUE INDEX checkpoint_parties_by_email ON checkpoint_parties (email) WHERE ended_at IS NULL;
