-- Who is in the partnership of an area, by what was recorded: the last record
-- of a membership is the one that holds, and none is changed.
CREATE TABLE memberships (
	area_id   TEXT NOT NULL REFERENCES areas (id),
	id        TEXT NOT NULL,
	person_id TEXT NOT NULL REFERENCES people (id),
	PRIMARY KEY (area_id, id)
);

CREATE INDEX memberships_by_person ON memberships (person_id);

CREATE TABLE membership_records (
	area_id         TEXT        NOT NULL,
	member_id       TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	act             TEXT        NOT NULL CHECK (act IN ('joined', 'moved', 'changed', 'left', 'stayed', 'corrected')),
	kind            TEXT        NOT NULL CHECK (kind IN ('resident', 'non-resident', 'friend', 'councillor', 'worker', 'lto')),
	resident        BOOLEAN     NOT NULL, -- whether they live in the area
	organisation_id TEXT        REFERENCES organisations (id), -- whom they work for, or who sends them
	share           TEXT        NOT NULL, -- the group with whom they share a vote; '' for a vote of their own
	from_on         DATE        NOT NULL,
	until_on        DATE,       -- the first day on which they are not in it any more
	term_ends_on    DATE,       -- to when they said they would do it
	was_never       BOOLEAN     NOT NULL, -- recorded by mistake
	why             TEXT        NOT NULL,
	recorded_by     TEXT        NOT NULL,
	recorded_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, member_id, number),
	FOREIGN KEY (area_id, member_id) REFERENCES memberships (area_id, id),
	CHECK (until_on IS NULL OR until_on >= from_on)
);

-- The offices that members hold: chair, treasurer.
CREATE TABLE offices (
	area_id     TEXT        NOT NULL REFERENCES areas (id),
	id          TEXT        NOT NULL,
	person_id   TEXT        NOT NULL REFERENCES people (id),
	office      TEXT        NOT NULL CHECK (office IN ('chair', 'vice-chair', 'secretary', 'treasurer')),
	from_on     DATE        NOT NULL,
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

CREATE TABLE office_ends (
	area_id     TEXT        NOT NULL,
	office_id   TEXT        NOT NULL,
	number      BIGINT      NOT NULL CHECK (number > 0),
	until_on    DATE        NOT NULL, -- the first day on which it is not held any more
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, office_id, number),
	FOREIGN KEY (area_id, office_id) REFERENCES offices (area_id, id)
);

-- Whether somebody’s name may stand where everybody sees it: the last record holds.
CREATE TABLE naming_consents (
	area_id     TEXT        NOT NULL REFERENCES areas (id),
	person_id   TEXT        NOT NULL REFERENCES people (id),
	number      BIGINT      NOT NULL CHECK (number > 0),
	named       BOOLEAN     NOT NULL,
	recorded_by TEXT        NOT NULL, -- somebody else, where they said it to them
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, person_id, number)
);

-- What they would say of themselves there. It is not kept when it is changed.
CREATE TABLE public_lines (
	area_id   TEXT NOT NULL REFERENCES areas (id),
	person_id TEXT NOT NULL REFERENCES people (id),
	line      TEXT NOT NULL CHECK (length(line) > 0),
	PRIMARY KEY (area_id, person_id)
);

-- How the partnership decides, in versions. Each holds from its day.
CREATE TABLE partnership_rules (
	area_id          TEXT        NOT NULL REFERENCES areas (id),
	number           BIGINT      NOT NULL CHECK (number > 0),
	from_on          DATE        NOT NULL,
	may_vote         BOOLEAN     NOT NULL,
	majority         TEXT        NOT NULL CHECK (majority IN ('more than half', 'two thirds', 'three quarters')),
	resident_quorum  BIGINT      NOT NULL CHECK (resident_quorum >= 0),
	councillors      TEXT        NOT NULL CHECK (councillors IN ('as others', 'excluded', 'non-resident', 'share', 'stand aside')),
	councillor_words TEXT        NOT NULL,
	words            TEXT        NOT NULL,
	decided_at       TEXT        NOT NULL, -- where it was agreed
	set_by           TEXT        NOT NULL,
	set_at           TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, number)
);

-- Elections to councils, which change who the councillors are.
CREATE TABLE elections (
	area_id     TEXT        NOT NULL REFERENCES areas (id),
	id          TEXT        NOT NULL,
	on_day      DATE        NOT NULL,
	name        TEXT        NOT NULL CHECK (length(name) > 0),
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

CREATE TABLE election_withdrawals (
	area_id     TEXT        NOT NULL,
	election_id TEXT        NOT NULL,
	recorded_by TEXT        NOT NULL,
	recorded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, election_id),
	FOREIGN KEY (area_id, election_id) REFERENCES elections (area_id, id)
);
