-- Who said they would do what. What became of a promise is a further row.
CREATE TABLE promises (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	side            TEXT        NOT NULL CHECK (side IN ('ours', 'theirs')), -- whose it is
	what            TEXT        NOT NULL CHECK (length(what) > 0),
	who             TEXT        NOT NULL,
	person_id       TEXT, -- of ours, who does it
	how             TEXT        NOT NULL CHECK (how IN ('said', 'written')),
	made_on         DATE        NOT NULL,
	due_on          DATE,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);

CREATE INDEX promises_by_relationship ON promises (area_id, relationship_id);

CREATE TABLE promise_steps (
	area_id    TEXT        NOT NULL,
	promise_id TEXT        NOT NULL,
	number     BIGINT      NOT NULL CHECK (number > 0),
	what       TEXT        NOT NULL CHECK (what IN ('moved', 'kept', 'withdrawn', 'confirmed')),
	on_day     DATE        NOT NULL,
	due_on     DATE, -- the new day of one that moved
	words      TEXT        NOT NULL, -- the honest reason
	said_by    TEXT        NOT NULL, -- through a link: who, as they typed their name
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, promise_id, number),
	FOREIGN KEY (area_id, promise_id) REFERENCES promises (area_id, id),
	CHECK (what NOT IN ('moved', 'withdrawn') OR length(words) > 0)
);

-- A promise ends once.
CREATE UNIQUE INDEX promise_steps_end_once ON promise_steps (area_id, promise_id) WHERE what IN ('kept', 'withdrawn');

-- What somebody asked of an agency, or reported to it, through the partnership (S13).
CREATE TABLE questions (
	area_id   TEXT        NOT NULL REFERENCES areas (id),
	id        TEXT        NOT NULL,
	number    BIGINT      NOT NULL CHECK (number > 0),
	kind      TEXT        NOT NULL CHECK (kind IN ('question', 'issue')),
	what      TEXT        NOT NULL CHECK (length(what) > 0),
	place     TEXT        NOT NULL, -- where it is
	asked_by  TEXT        NOT NULL, -- the person who asked, or for whom it was noted: "" where they have no account
	asker     TEXT        NOT NULL, -- their name
	reach     TEXT        NOT NULL, -- how to tell them the answer
	asked_on  DATE        NOT NULL,
	noted_by  TEXT        NOT NULL,
	noted_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, number)
);

CREATE TABLE question_steps (
	area_id         TEXT        NOT NULL,
	question_id     TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	what            TEXT        NOT NULL CHECK (what IN ('sent', 'passed on', 'answered', 'asked in writing', 'confirmed', 'told', 'closed')),
	on_day          DATE        NOT NULL,
	relationship_id TEXT, -- with whom it is, where we keep that relationship
	who             TEXT        NOT NULL, -- with whom it is, in words
	words           TEXT        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, question_id, number),
	FOREIGN KEY (area_id, question_id) REFERENCES questions (area_id, id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);

-- It is asked for in writing once, so that asking does not turn into pressing.
CREATE UNIQUE INDEX question_steps_ask_once ON question_steps (area_id, question_id) WHERE what = 'asked in writing';
