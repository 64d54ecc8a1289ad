-- When an area is closed for a while, and why. Until is the first day on which it is open again. Withdrawn by a further record.
CREATE TABLE area_closures (
	area_id  TEXT        NOT NULL REFERENCES areas (id),
	id       TEXT        NOT NULL,
	from_on  DATE        NOT NULL,
	until_on DATE        NOT NULL,
	why      TEXT        NOT NULL CHECK (length(why) > 0),
	said_by  TEXT        NOT NULL,
	said_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	CHECK (from_on < until_on)
);

CREATE INDEX area_closures_by_day ON area_closures (area_id, until_on);

CREATE TABLE area_closure_withdrawals (
	area_id      TEXT        NOT NULL,
	closure_id   TEXT        NOT NULL,
	withdrawn_by TEXT        NOT NULL,
	withdrawn_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, closure_id),
	FOREIGN KEY (area_id, closure_id) REFERENCES area_closures (area_id, id)
);

CREATE TRIGGER area_closures_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_closures FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
CREATE TRIGGER area_closure_withdrawals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON area_closure_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION records_are_append_only();
