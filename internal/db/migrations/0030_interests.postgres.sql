-- The register of interests: what a person has to do with an organisation or with
-- another person (S06). It belongs to the person, whatever their hats. Nothing in
-- it is changed: that an interest ended is a further record.
CREATE TABLE interest_register (
	id      BIGINT PRIMARY KEY CHECK (id = 1),
	version BIGINT NOT NULL CHECK (version >= 0) -- how many records the register has
);

INSERT INTO interest_register (id, version) VALUES (1, 0);

CREATE TABLE interests (
	id                TEXT        PRIMARY KEY,
	number            BIGINT      NOT NULL UNIQUE CHECK (number > 0), -- the register's version with it
	area_id           TEXT        NOT NULL REFERENCES areas (id),      -- where it was declared
	person_id         TEXT        NOT NULL REFERENCES people (id),     -- whose it is
	kind              TEXT        NOT NULL,
	organisation_id   TEXT        REFERENCES organisations (id),
	organisation_name TEXT        NOT NULL,
	organisation_key  TEXT        NOT NULL, -- the name as names are held against each other
	related_id        TEXT        REFERENCES people (id),
	related_name      TEXT        NOT NULL,
	related_key       TEXT        NOT NULL,
	from_on           DATE        NOT NULL,
	until_on          DATE,       -- the first day on which it was no longer held; where it had ended when it was declared
	public_words      TEXT        NOT NULL CHECK (length(public_words) > 0),
	private_words     TEXT        NOT NULL,
	declared_by       TEXT        NOT NULL,
	declared_at       TIMESTAMPTZ NOT NULL,
	CHECK (until_on IS NULL OR until_on > from_on),
	CHECK (organisation_key <> '' OR related_key <> '' OR organisation_id IS NOT NULL OR related_id IS NOT NULL)
);

CREATE INDEX interests_by_person ON interests (person_id);
CREATE INDEX interests_by_area ON interests (area_id);
CREATE INDEX interests_by_organisation ON interests (organisation_id);
CREATE INDEX interests_by_organisation_key ON interests (organisation_key);
CREATE INDEX interests_by_related ON interests (related_id);
CREATE INDEX interests_by_related_key ON interests (related_key);

-- That an interest ended: from until_on on it was held no more. It counts for
-- what is decided up to and on the day on which this was told.
CREATE TABLE interest_ends (
	interest_id  TEXT        PRIMARY KEY REFERENCES interests (id),
	number       BIGINT      NOT NULL UNIQUE CHECK (number > 0),
	until_on     DATE        NOT NULL,
	counts_until DATE        NOT NULL, -- the first day on which it no longer counts
	why          TEXT        NOT NULL,
	ended_by     TEXT        NOT NULL,
	ended_at     TIMESTAMPTZ NOT NULL,
	CHECK (counts_until >= until_on)
);

-- What is done about an interest where something touches it. The last counts.
CREATE TABLE interest_handlings (
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	id           TEXT        NOT NULL,
	about_kind   TEXT        NOT NULL,
	about_id     TEXT        NOT NULL,
	interest_id  TEXT        NOT NULL REFERENCES interests (id),
	number       BIGINT      NOT NULL CHECK (number > 0), -- the how manieth of this interest in this matter
	how          TEXT        NOT NULL CHECK (how IN ('speak only', 'leave', 'no vote', 'no action')),
	why          TEXT        NOT NULL,
	public_words TEXT        NOT NULL,
	register     BIGINT      NOT NULL, -- the register's version then
	person_id    TEXT        NOT NULL, -- whose interest it is
	recorded_by  TEXT        NOT NULL CHECK (recorded_by <> person_id),
	recorded_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	UNIQUE (area_id, about_kind, about_id, interest_id, number),
	CHECK (how <> 'no action' OR length(why) > 0)
);

-- That a matter is closed: what was done about interests in it stays.
CREATE TABLE interest_closings (
	area_id    TEXT        NOT NULL REFERENCES areas (id),
	about_kind TEXT        NOT NULL,
	about_id   TEXT        NOT NULL,
	closed_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, about_kind, about_id)
);

-- That somebody looked at what a person did before they told of an interest.
CREATE TABLE interest_reviews (
	area_id     TEXT        NOT NULL REFERENCES areas (id),
	id          TEXT        NOT NULL,
	interest_id TEXT        NOT NULL REFERENCES interests (id),
	about_kind  TEXT        NOT NULL,
	about_id    TEXT        NOT NULL,
	act         TEXT        NOT NULL, -- what they did: "approved a payment"
	words       TEXT        NOT NULL CHECK (length(words) > 0),
	person_id   TEXT        NOT NULL,
	reviewed_by TEXT        NOT NULL CHECK (reviewed_by <> person_id),
	reviewed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

CREATE INDEX interest_reviews_by_matter ON interest_reviews (area_id, about_kind, about_id);

-- What is recorded stays, and what is closed takes no more.
CREATE TRIGGER interests_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON interests FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER interest_ends_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON interest_ends FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER interest_handlings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON interest_handlings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER interest_closings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON interest_closings FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER interest_reviews_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON interest_reviews FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();

CREATE FUNCTION interest_matter_is_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM interest_closings c WHERE c.area_id = NEW.area_id AND c.about_kind = NEW.about_kind AND c.about_id = NEW.about_id) THEN
		RAISE EXCEPTION 'interest_handlings: this is closed';
	END IF;
	RETURN NEW;
END $$;

CREATE TRIGGER interest_handlings_closed BEFORE INSERT ON interest_handlings FOR EACH ROW EXECUTE FUNCTION interest_matter_is_closed();
