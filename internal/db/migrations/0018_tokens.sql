-- What lets a program in: a token, made for one person in one of their hats.
-- Only its hash is kept.
CREATE TABLE tokens (
	id        TEXT        PRIMARY KEY,
	beginning TEXT        NOT NULL UNIQUE, -- how it begins, by which its owner knows it again
	digest    BYTEA       NOT NULL,
	person_id TEXT        NOT NULL REFERENCES people (id),
	hat_id    TEXT        NOT NULL REFERENCES hats (id),
	purpose   TEXT        NOT NULL,
	until_on  DATE,       -- the first day on which it lets nobody in
	made_by   TEXT        NOT NULL,
	made_at   TIMESTAMPTZ NOT NULL,
	used_on   DATE,       -- the last day on which it was used
	ended_by  TEXT,
	ended_at  TIMESTAMPTZ
);

CREATE INDEX tokens_by_person ON tokens (person_id);

-- What a program was answered, by the key of its call: the same call sent again
-- is answered so again, and not done again. Kept in the transaction that does
-- it. The words of an answer are forgotten in time, and the key is not.
CREATE TABLE api_answers (
	person_id TEXT        NOT NULL,
	call_key  TEXT        NOT NULL,
	digest    BYTEA       NOT NULL, -- of all that was sent
	status    BIGINT      NOT NULL,
	location  TEXT        NOT NULL,
	body      BYTEA,
	sent_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (person_id, call_key)
);

CREATE INDEX api_answers_by_age ON api_answers (sent_at) WHERE body IS NOT NULL;
