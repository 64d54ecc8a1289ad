-- The secret address of somebody's own calendar, made in a hat: it ends with the
-- hat, or when it is taken back. Only a hash of the address is kept.
CREATE TABLE calendar_addresses (
	person_id TEXT        NOT NULL REFERENCES people (id),
	id        TEXT        NOT NULL,
	hat_id    TEXT        NOT NULL REFERENCES hats (id),
	hash      BYTEA       NOT NULL UNIQUE,
	made_at   TIMESTAMPTZ NOT NULL,
	ended_at  TIMESTAMPTZ,
	PRIMARY KEY (person_id, id)
);
