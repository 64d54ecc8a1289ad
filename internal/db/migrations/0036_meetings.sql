-- A meeting, as it is to be or was. What it was before stands in meeting_changes.
CREATE TABLE meetings (
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	id           TEXT        NOT NULL,
	kind         TEXT        NOT NULL CHECK (kind IN ('partnership', 'open', 'forum', 'other')),
	title        TEXT        NOT NULL CHECK (length(title) > 0),
	starts_at    TIMESTAMPTZ NOT NULL,
	ends_at      TIMESTAMPTZ NOT NULL,
	place        TEXT        NOT NULL,
	online       TEXT        NOT NULL, -- the link by which those who are invited join
	telephone    TEXT        NOT NULL,
	access_needs TEXT        NOT NULL,
	will         TEXT        NOT NULL, -- what will be discussed
	wont         TEXT        NOT NULL, -- and what won't
	for_everyone BOOLEAN     NOT NULL,
	sequence     BIGINT      NOT NULL, -- how often it was changed, as calendars count
	off          BOOLEAN     NOT NULL, -- called off
	arranged_by  TEXT        NOT NULL,
	arranged_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	CHECK (starts_at < ends_at)
);

CREATE INDEX meetings_by_day ON meetings (area_id, starts_at);

-- Who is asked to come from elsewhere: an organisation and a post, never a name.
CREATE TABLE meeting_guests (
	area_id      TEXT   NOT NULL,
	meeting_id   TEXT   NOT NULL,
	position     BIGINT NOT NULL,
	organisation TEXT   NOT NULL CHECK (length(organisation) > 0),
	post         TEXT   NOT NULL,
	PRIMARY KEY (area_id, meeting_id, position),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

-- That a meeting was moved, or called off, and why.
CREATE TABLE meeting_changes (
	area_id    TEXT        NOT NULL,
	meeting_id TEXT        NOT NULL,
	sequence   BIGINT      NOT NULL,
	what       TEXT        NOT NULL CHECK (what IN ('moved', 'called off', 'changed')),
	why        TEXT        NOT NULL,
	was_starts TIMESTAMPTZ NOT NULL,
	was_ends   TIMESTAMPTZ NOT NULL,
	was_place  TEXT        NOT NULL,
	changed_by TEXT        NOT NULL,
	changed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, meeting_id, sequence),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

CREATE TABLE agenda_items (
	area_id     TEXT        NOT NULL,
	id          TEXT        NOT NULL,
	meeting_id  TEXT        NOT NULL,
	position    BIGINT      NOT NULL,
	title       TEXT        NOT NULL CHECK (length(title) > 0),
	words       TEXT        NOT NULL,
	minutes     BIGINT      NOT NULL CHECK (minutes >= 0), -- 0: nobody said
	members_only BOOLEAN    NOT NULL, -- its title is not public
	decision    BIGINT      NOT NULL, -- the number of a decision; 0 for none
	taken_off   TEXT        NOT NULL, -- why it is on the agenda no more; '' while it is
	put_by      TEXT        NOT NULL,
	put_hat     TEXT        NOT NULL,
	put_role    TEXT        NOT NULL,
	put_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

CREATE INDEX agenda_items_by_meeting ON agenda_items (area_id, meeting_id);

-- Which organisations and people an item touches.
CREATE TABLE agenda_parties (
	area_id         TEXT   NOT NULL,
	item_id         TEXT   NOT NULL,
	position        BIGINT NOT NULL,
	organisation_id TEXT   NOT NULL,
	person_id       TEXT   NOT NULL,
	name            TEXT   NOT NULL,
	PRIMARY KEY (area_id, item_id, position),
	FOREIGN KEY (area_id, item_id) REFERENCES agenda_items (area_id, id)
);

-- That the meeting agreed what it would talk about.
CREATE TABLE agenda_agreements (
	area_id    TEXT        NOT NULL,
	meeting_id TEXT        NOT NULL,
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, meeting_id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

-- Whether somebody means to come.
CREATE TABLE meeting_answers (
	area_id     TEXT        NOT NULL,
	meeting_id  TEXT        NOT NULL,
	person_id   TEXT        NOT NULL,
	answer      TEXT        NOT NULL CHECK (answer IN ('room', 'online', 'telephone', 'apologies')),
	answered_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, meeting_id, person_id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

-- What was quietly said, before or after. Without a name there is no person: only
-- a salted hash, by which who said it finds it again, and no time but a day.
CREATE TABLE quiet_inputs (
	area_id    TEXT        NOT NULL,
	id         TEXT        NOT NULL,
	meeting_id TEXT        NOT NULL,
	item_id    TEXT        NOT NULL, -- '' for the meeting as a whole
	words      TEXT        NOT NULL CHECK (length(words) > 0),
	person_id  TEXT        NOT NULL, -- '' without a name, or where they have no account
	name       TEXT        NOT NULL, -- of who has no account and said it by telephone
	salt       BYTEA       NOT NULL,
	author     BYTEA       NOT NULL,
	way        TEXT        NOT NULL CHECK (way IN ('written', 'telephone')),
	entered_by TEXT        NOT NULL, -- who entered it for somebody; '' for their own
	said_on    DATE        NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

CREATE INDEX quiet_inputs_by_meeting ON quiet_inputs (area_id, meeting_id);

CREATE TABLE attendances (
	area_id      TEXT   NOT NULL,
	meeting_id   TEXT   NOT NULL,
	position     BIGINT NOT NULL,
	person_id    TEXT   NOT NULL, -- '' for who has no account
	name         TEXT   NOT NULL, -- '' where only the post is known
	hat          TEXT   NOT NULL CHECK (hat IN ('member', 'friend', 'worker', 'resident', 'guest')),
	organisation TEXT   NOT NULL, -- of a guest
	post         TEXT   NOT NULL,
	way          TEXT   NOT NULL CHECK (way IN ('room', 'online', 'telephone', 'apologies')),
	PRIMARY KEY (area_id, meeting_id, position),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

CREATE TABLE meeting_notes (
	area_id    TEXT        NOT NULL,
	meeting_id TEXT        NOT NULL,
	went_well  TEXT        NOT NULL,
	went_badly TEXT        NOT NULL,
	written_by TEXT        NOT NULL,
	written_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, meeting_id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

CREATE TABLE item_notes (
	area_id    TEXT NOT NULL,
	meeting_id TEXT NOT NULL,
	item_id    TEXT NOT NULL,
	said       TEXT NOT NULL,
	agreed     TEXT NOT NULL,
	PRIMARY KEY (area_id, item_id),
	FOREIGN KEY (area_id, item_id) REFERENCES agenda_items (area_id, id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

-- How people behaved: for the chair and the worker alone.
CREATE TABLE behaviour_notes (
	area_id    TEXT        NOT NULL,
	id         TEXT        NOT NULL,
	meeting_id TEXT        NOT NULL,
	words      TEXT        NOT NULL CHECK (length(words) > 0),
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

CREATE TABLE notes_circulations (
	area_id       TEXT        NOT NULL,
	meeting_id    TEXT        NOT NULL,
	number        BIGINT      NOT NULL,
	told          BIGINT      NOT NULL, -- how many were written to
	send_on       DATE        NOT NULL, -- the day, or after a closure the first
	circulated_by TEXT        NOT NULL,
	circulated_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, meeting_id, number),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

-- That notes are agreed: from then on they stay as they are. The digest is the
-- SHA-256 of them and the salt.
CREATE TABLE notes_agreements (
	area_id    TEXT        NOT NULL,
	meeting_id TEXT        NOT NULL,
	agreed_on  DATE        NOT NULL,
	salt       BYTEA       NOT NULL,
	digest     TEXT        NOT NULL,
	noted_by   TEXT        NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, meeting_id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

-- What agreed notes should say, beside what they say.
CREATE TABLE notes_corrections (
	area_id    TEXT        NOT NULL,
	id         TEXT        NOT NULL,
	meeting_id TEXT        NOT NULL,
	item_id    TEXT        NOT NULL, -- '' for the notes as a whole
	stood      TEXT        NOT NULL CHECK (length(stood) > 0),
	is_right   TEXT        NOT NULL CHECK (length(is_right) > 0),
	put_by     TEXT        NOT NULL,
	put_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, meeting_id) REFERENCES meetings (area_id, id)
);

CREATE TABLE correction_agreements (
	area_id       TEXT        NOT NULL,
	correction_id TEXT        NOT NULL,
	agreed_on     DATE        NOT NULL,
	noted_by      TEXT        NOT NULL,
	noted_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, correction_id),
	FOREIGN KEY (area_id, correction_id) REFERENCES notes_corrections (area_id, id)
);

-- Who does what next.
CREATE TABLE actions (
	area_id         TEXT        NOT NULL REFERENCES areas (id),
	id              TEXT        NOT NULL,
	meeting_id      TEXT        NOT NULL, -- '' for one from between meetings
	words           TEXT        NOT NULL CHECK (length(words) > 0),
	owner           TEXT        NOT NULL, -- a person, or ''
	owner_name      TEXT        NOT NULL, -- an organisation, or who has no account
	is_organisation BOOLEAN     NOT NULL,
	due_on          DATE,                 -- NULL where no day was said
	added_by        TEXT        NOT NULL,
	added_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

CREATE INDEX actions_by_owner ON actions (owner);

CREATE TABLE action_ends (
	area_id   TEXT        NOT NULL,
	action_id TEXT        NOT NULL,
	outcome   TEXT        NOT NULL CHECK (outcome IN ('done', 'let go')),
	why       TEXT        NOT NULL,
	ended_by  TEXT        NOT NULL,
	ended_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, action_id),
	FOREIGN KEY (area_id, action_id) REFERENCES actions (area_id, id)
);
