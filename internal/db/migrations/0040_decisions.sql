-- What a partnership decides (S08). A decision is a proposal and what becomes of
-- it; everything that happens to it is a row of its own, and none is changed.
CREATE TABLE decisions (
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	number       BIGINT      NOT NULL CHECK (number > 0),
	id           TEXT        NOT NULL UNIQUE,
	kind         TEXT        NOT NULL CHECK (kind IN ('spending', 'over-budget', 'plan', 'lto', 'other')),
	plan_version BIGINT      CHECK ((kind = 'plan') = (plan_version IS NOT NULL)),
	replaces     BIGINT      CHECK (replaces < number),
	meeting      TEXT        NOT NULL DEFAULT '',
	agenda_item  TEXT        NOT NULL DEFAULT '',
	begun_by     TEXT        NOT NULL,
	begun_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number)
);

-- Who put it forward, and as what. Somebody without an account has a name alone.
CREATE TABLE decision_proposers (
	area_id   TEXT    NOT NULL,
	number    BIGINT  NOT NULL,
	position  BIGINT  NOT NULL,
	person_id TEXT    NOT NULL DEFAULT '',
	name      TEXT    NOT NULL DEFAULT '',
	hat       TEXT    NOT NULL,
	resident  BOOLEAN NOT NULL,
	PRIMARY KEY (area_id, number, position),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number),
	CHECK (person_id <> '' OR name <> '')
);

-- The words that are decided on. What people say and how they vote is bound to
-- the hash of the version that they read.
CREATE TABLE decision_texts (
	area_id    TEXT        NOT NULL,
	number     BIGINT      NOT NULL,
	version    BIGINT      NOT NULL CHECK (version > 0),
	title      TEXT        NOT NULL CHECK (length(title) > 0),
	question   TEXT        NOT NULL CHECK (length(question) > 0),
	words      TEXT        NOT NULL,
	cost       TEXT        NOT NULL,
	told       TEXT        NOT NULL,
	why        TEXT        NOT NULL,
	no_council BOOLEAN     NOT NULL, -- councillors stand aside, where the area’s rule leaves it to the decision
	hash       TEXT        NOT NULL CHECK (length(hash) = 64),
	written_by TEXT        NOT NULL,
	written_as TEXT        NOT NULL,
	written_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number, version),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number)
);

CREATE TABLE decision_lines (
	area_id  TEXT   NOT NULL,
	number   BIGINT NOT NULL,
	version  BIGINT NOT NULL,
	position BIGINT NOT NULL,
	line_id  TEXT   NOT NULL,
	minor    BIGINT NOT NULL CHECK (minor >= 0),
	PRIMARY KEY (area_id, number, version, position),
	UNIQUE (area_id, number, version, line_id),
	FOREIGN KEY (area_id, number, version) REFERENCES decision_texts (area_id, number, version),
	FOREIGN KEY (area_id, line_id) REFERENCES budget_lines (area_id, id)
);

CREATE INDEX decision_lines_by_line ON decision_lines (area_id, line_id);

-- Who would be paid for it or would run it, and who must hear of it.
CREATE TABLE decision_parties (
	area_id         TEXT   NOT NULL,
	number          BIGINT NOT NULL,
	version         BIGINT NOT NULL,
	position        BIGINT NOT NULL,
	part            TEXT   NOT NULL CHECK (part IN ('does', 'hears')),
	organisation_id TEXT   NOT NULL DEFAULT '',
	person_id       TEXT   NOT NULL DEFAULT '',
	name            TEXT   NOT NULL DEFAULT '',
	PRIMARY KEY (area_id, number, version, position),
	FOREIGN KEY (area_id, number, version) REFERENCES decision_texts (area_id, number, version),
	CHECK (organisation_id <> '' OR person_id <> '' OR name <> '')
);

-- From here on everybody is asked.
CREATE TABLE decision_openings (
	area_id   TEXT        NOT NULL,
	number    BIGINT      NOT NULL,
	opened_by TEXT        NOT NULL,
	opened_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number)
);

-- "I should not take part."
CREATE TABLE decision_recusals (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	person_id   TEXT        NOT NULL,
	why         TEXT        NOT NULL,
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number, person_id),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number)
);

-- What people said when they were asked whether they agree. holder is the person,
-- or the share whose members have one say between them; its last turn counts.
CREATE TABLE decision_positions (
	area_id    TEXT        NOT NULL,
	number     BIGINT      NOT NULL,
	holder     TEXT        NOT NULL,
	turn       BIGINT      NOT NULL CHECK (turn > 0),
	person_id  TEXT        NOT NULL,
	kind       TEXT        NOT NULL,
	version    BIGINT      NOT NULL,
	hash       TEXT        NOT NULL,
	position   TEXT        NOT NULL CHECK (position IN ('support', 'worry', 'aside', 'cannot')),
	reason     TEXT        NOT NULL,
	may_print  BOOLEAN     NOT NULL,
	via        TEXT        NOT NULL CHECK (via IN ('self', 'paper', 'telephone', 'meeting')),
	entered_by TEXT        NOT NULL,
	entered_at TIMESTAMPTZ NOT NULL,
	salt       TEXT        NOT NULL,
	seal       TEXT        NOT NULL,
	PRIMARY KEY (area_id, number, turn),
	FOREIGN KEY (area_id, number, version) REFERENCES decision_texts (area_id, number, version)
);

-- What was done about a worry.
CREATE TABLE decision_answers (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	turn        BIGINT      NOT NULL,
	answer      BIGINT      NOT NULL CHECK (answer > 0),
	words       TEXT        NOT NULL CHECK (length(words) > 0),
	answered_by TEXT        NOT NULL,
	answered_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number, turn, answer),
	FOREIGN KEY (area_id, number, turn) REFERENCES decision_positions (area_id, number, turn)
);

-- Each time it was recorded what looking for agreement came to.
CREATE TABLE decision_attempts (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	attempt     BIGINT      NOT NULL CHECK (attempt > 0),
	version     BIGINT      NOT NULL,
	hash        TEXT        NOT NULL,
	agreed      BOOLEAN     NOT NULL,
	support     BIGINT      NOT NULL,
	worry       BIGINT      NOT NULL,
	aside       BIGINT      NOT NULL,
	cannot      BIGINT      NOT NULL,
	unanswered  BIGINT      NOT NULL,
	residents   BIGINT      NOT NULL,
	quorum      BIGINT      NOT NULL,
	words       TEXT        NOT NULL,
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number, attempt),
	FOREIGN KEY (area_id, number, version) REFERENCES decision_texts (area_id, number, version),
	CHECK (NOT agreed OR cannot = 0)
);

-- A vote, and the rule it is counted by. ballots is touched with each ballot, so
-- that a ballot and the closing wait for each other.
CREATE TABLE decision_polls (
	area_id       TEXT        NOT NULL,
	number        BIGINT      NOT NULL,
	version       BIGINT      NOT NULL,
	hash          TEXT        NOT NULL,
	opened_by     TEXT        NOT NULL,
	opened_at     TIMESTAMPTZ NOT NULL,
	closes_at     TIMESTAMPTZ NOT NULL,
	rules_version BIGINT      NOT NULL,
	majority      TEXT        NOT NULL CHECK (length(majority) > 0),
	quorum        BIGINT      NOT NULL,
	electorate    TEXT        NOT NULL,
	ballots       BIGINT      NOT NULL DEFAULT 0,
	PRIMARY KEY (area_id, number),
	FOREIGN KEY (area_id, number, version) REFERENCES decision_texts (area_id, number, version),
	CHECK (closes_at > opened_at)
);

CREATE TABLE decision_extensions (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	extension   BIGINT      NOT NULL CHECK (extension > 0),
	closed_at   TIMESTAMPTZ NOT NULL,
	closes_at   TIMESTAMPTZ NOT NULL,
	why         TEXT        NOT NULL CHECK (length(why) > 0),
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number, extension),
	FOREIGN KEY (area_id, number) REFERENCES decision_polls (area_id, number),
	CHECK (closes_at > closed_at AND recorded_at < closed_at)
);

-- Who had a say when the vote opened.
CREATE TABLE decision_electors (
	area_id   TEXT    NOT NULL,
	number    BIGINT  NOT NULL,
	person_id TEXT    NOT NULL,
	holder    TEXT    NOT NULL,
	kind      TEXT    NOT NULL,
	resident  BOOLEAN NOT NULL,
	barred    BOOLEAN NOT NULL,
	PRIMARY KEY (area_id, number, person_id),
	FOREIGN KEY (area_id, number) REFERENCES decision_polls (area_id, number)
);

-- A vote's holder has one ballot: each after the first takes the place of the one
-- before it (after: its turn, 0 for none).
CREATE TABLE decision_ballots (
	area_id    TEXT        NOT NULL,
	number     BIGINT      NOT NULL,
	turn       BIGINT      NOT NULL CHECK (turn > 0),
	holder     TEXT        NOT NULL,
	after      BIGINT      NOT NULL CHECK (after < turn),
	person_id  TEXT        NOT NULL,
	hash       TEXT        NOT NULL,
	choice     TEXT        NOT NULL CHECK (choice IN ('yes', 'no', 'aside')),
	reason     TEXT        NOT NULL,
	may_print  BOOLEAN     NOT NULL,
	via        TEXT        NOT NULL CHECK (via IN ('self', 'paper', 'telephone')),
	entered_by TEXT        NOT NULL,
	entered_at TIMESTAMPTZ NOT NULL,
	salt       TEXT        NOT NULL,
	seal       TEXT        NOT NULL,
	PRIMARY KEY (area_id, number, turn),
	UNIQUE (area_id, number, holder, after),
	FOREIGN KEY (area_id, number, person_id) REFERENCES decision_electors (area_id, number, person_id)
);

-- That a second person has seen what was entered for somebody.
CREATE TABLE decision_confirmations (
	area_id      TEXT        NOT NULL,
	number       BIGINT      NOT NULL,
	what         TEXT        NOT NULL CHECK (what IN ('position', 'ballot')),
	turn         BIGINT      NOT NULL,
	confirmed_by TEXT        NOT NULL,
	confirmed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number, what, turn),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number)
);

-- What came of it. From here on all of the above is closed.
CREATE TABLE decision_results (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	outcome     TEXT        NOT NULL CHECK (outcome IN ('agreed', 'not agreed', 'no quorum', 'withdrawn')),
	way         TEXT        NOT NULL CHECK (way IN ('agreement', 'vote', 'none')),
	version     BIGINT      NOT NULL,
	hash        TEXT        NOT NULL,
	yes         BIGINT      NOT NULL,
	no          BIGINT      NOT NULL,
	aside       BIGINT      NOT NULL,
	unused      BIGINT      NOT NULL,
	residents   BIGINT      NOT NULL,
	quorum      BIGINT      NOT NULL,
	words       TEXT        NOT NULL,
	digest      TEXT        NOT NULL,
	decided_on  DATE        NOT NULL,
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number),
	FOREIGN KEY (area_id, number, version) REFERENCES decision_texts (area_id, number, version)
);

-- Whose ballot is not counted, because when it was counted they had an interest or
-- had said that they should not take part.
CREATE TABLE decision_exclusions (
	area_id   TEXT   NOT NULL,
	number    BIGINT NOT NULL,
	person_id TEXT   NOT NULL,
	PRIMARY KEY (area_id, number, person_id),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number)
);

-- A later decision took its place.
CREATE TABLE decision_replacements (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	replaced_by BIGINT      NOT NULL CHECK (replaced_by > number),
	replaced_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number),
	FOREIGN KEY (area_id, replaced_by) REFERENCES decisions (area_id, number)
);

-- That somebody who must hear of it was told (R44). position is theirs in decision_parties.
CREATE TABLE decision_tellings (
	area_id     TEXT        NOT NULL,
	number      BIGINT      NOT NULL,
	position    BIGINT      NOT NULL,
	told_on     DATE        NOT NULL,
	how         TEXT        NOT NULL CHECK (length(how) > 0),
	told_by     TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number, position),
	FOREIGN KEY (area_id, number) REFERENCES decisions (area_id, number)
);
