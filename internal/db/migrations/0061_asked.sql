-- Who was asked to come while a partnership forms. This is no history: a name is
-- kept only as long as it is needed, and what stays says whom of which kind.
CREATE TABLE asked (
	area_id      TEXT        NOT NULL REFERENCES areas (id),
	id           TEXT        NOT NULL,
	kind         TEXT        NOT NULL CHECK (kind IN ('resident', 'group', 'council', 'landlord', 'school', 'health', 'business', 'other')),
	name         TEXT        NOT NULL, -- '' once it is forgotten
	about        TEXT        NOT NULL, -- likewise
	way          TEXT        NOT NULL CHECK (way IN ('face to face', 'telephone', 'letter', 'email', 'somebody else')),
	asked_on     DATE        NOT NULL,
	asked_by     TEXT        NOT NULL, -- who asked, in words; '' where it is who wrote it down
	answer       TEXT        NOT NULL CHECK (answer IN ('', 'comes', 'perhaps', 'no')),
	answered_on  DATE,
	forget_on    DATE        NOT NULL, -- from when the name is needed no more
	recorded_by  TEXT        NOT NULL,
	recorded_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id)
);

CREATE INDEX asked_to_forget ON asked (forget_on);
