-- Getting back a lost passkey: asked for, confirmed by two people, and after a
-- delay in which anybody told may stop it, used once.
CREATE TABLE recoveries (
	id        TEXT        PRIMARY KEY,
	person_id TEXT        NOT NULL REFERENCES people (id),
	asked_by  TEXT        NOT NULL,
	asked_at  TIMESTAMPTZ NOT NULL,
	ready_at  TIMESTAMPTZ, -- from then on a new passkey may be made; set when the second person has confirmed
	ended_at  TIMESTAMPTZ,
	ended_by  TEXT,
	outcome   TEXT        CHECK (outcome IN ('used', 'stopped', 'lapsed')),
	CHECK ((ended_at IS NULL) = (outcome IS NULL))
);

-- One at a time for each person.
CREATE UNIQUE INDEX recoveries_open ON recoveries (person_id) WHERE ended_at IS NULL;
CREATE INDEX recoveries_by_time ON recoveries (asked_at);

CREATE TABLE recovery_confirmations (
	recovery_id TEXT        NOT NULL REFERENCES recoveries (id),
	person_id   TEXT        NOT NULL REFERENCES people (id),
	how         TEXT        NOT NULL CHECK (length(how) > 0), -- how they know that it is really the person
	made_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (recovery_id, person_id)
);

-- Whom a provider of OpenID Connect knows under which name. The first time they
-- are found by their email address, and from then on by this.
CREATE TABLE oidc_links (
	issuer    TEXT        NOT NULL,
	subject   TEXT        NOT NULL,
	person_id TEXT        NOT NULL REFERENCES people (id),
	linked_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (issuer, subject),
	UNIQUE (issuer, person_id)
);
