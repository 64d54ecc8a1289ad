-- Officers of a body who have an account take part in what a partnership asked them
-- to, as those with a link do: the last row of a record says whether they may.
CREATE TABLE workshop_invitations (
	area_id         TEXT        NOT NULL,
	record_id       TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	organisation_id TEXT        NOT NULL REFERENCES organisations (id), -- whose officers
	open            BOOLEAN     NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, record_id, number),
	FOREIGN KEY (area_id, record_id) REFERENCES workshop_records (area_id, id)
);

CREATE INDEX workshop_invitations_by_organisation ON workshop_invitations (organisation_id);
