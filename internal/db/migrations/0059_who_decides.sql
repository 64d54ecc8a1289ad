-- Who is put on the list of a partnership with a say, once the programme has
-- endorsed it, waits until a second person says that they know them.
CREATE TABLE membership_waits (
	area_id   TEXT   NOT NULL,
	member_id TEXT   NOT NULL,
	number    BIGINT NOT NULL, -- of the record by which they would have a say
	PRIMARY KEY (area_id, member_id),
	FOREIGN KEY (area_id, member_id, number) REFERENCES membership_records (area_id, member_id, number)
);

CREATE TABLE membership_confirmations (
	area_id      TEXT        NOT NULL,
	member_id    TEXT        NOT NULL,
	confirmed_by TEXT        NOT NULL,
	confirmed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, member_id),
	FOREIGN KEY (area_id, member_id) REFERENCES membership_waits (area_id, member_id)
);

-- Who had a say when it was recorded what looking for agreement came to, as JSON:
-- one row, because it is written once and only ever read whole.
CREATE TABLE decision_attempt_electorates (
	area_id    TEXT   NOT NULL,
	number     BIGINT NOT NULL,
	attempt    BIGINT NOT NULL,
	electors   TEXT   NOT NULL,
	electorate TEXT   NOT NULL, -- the hash of it, which is in the history too
	PRIMARY KEY (area_id, number, attempt),
	FOREIGN KEY (area_id, number, attempt) REFERENCES decision_attempts (area_id, number, attempt)
);
