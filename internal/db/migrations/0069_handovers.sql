-- When somebody leaves or is away, on either side, what they know is handed over.
CREATE TABLE handovers (
	area_id         TEXT        NOT NULL,
	id              TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	why             TEXT        NOT NULL CHECK (why IN ('leaving', 'absence', 'restructure', 'election', 'new')),
	side            TEXT        NOT NULL CHECK (side IN ('ours', 'theirs')),
	who             TEXT        NOT NULL, -- who hands over
	to_whom         TEXT        NOT NULL, -- who takes over, where it is known
	by_day          DATE        NOT NULL,
	words           TEXT        NOT NULL,
	opened_by       TEXT        NOT NULL,
	opened_at       TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, id),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);

CREATE INDEX handovers_by_relationship ON handovers (area_id, relationship_id);

CREATE TABLE handover_steps (
	area_id     TEXT        NOT NULL,
	handover_id TEXT        NOT NULL,
	position    BIGINT      NOT NULL CHECK (position > 0),
	kind        TEXT        NOT NULL CHECK (kind IN ('half finished', 'read', 'met', 'walkabout', 'thanks', 'confirmed', 'own')),
	words       TEXT        NOT NULL CHECK (length(words) > 0),
	who         TEXT        NOT NULL,
	planned_on  DATE,
	noted_by    TEXT        NOT NULL,
	noted_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, handover_id, position),
	FOREIGN KEY (area_id, handover_id) REFERENCES handovers (area_id, id)
);

CREATE TABLE handover_ticks (
	area_id     TEXT        NOT NULL,
	handover_id TEXT        NOT NULL,
	position    BIGINT      NOT NULL,
	done_on     DATE        NOT NULL,
	said_by     TEXT        NOT NULL, -- the successor who confirmed it, by name
	noted_by    TEXT        NOT NULL,
	noted_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, handover_id, position),
	FOREIGN KEY (area_id, handover_id, position) REFERENCES handover_steps (area_id, handover_id, position)
);

-- One that is not needed after all.
CREATE TABLE handover_stops (
	area_id     TEXT        NOT NULL,
	handover_id TEXT        NOT NULL,
	on_day      DATE        NOT NULL,
	words       TEXT        NOT NULL,
	noted_by    TEXT        NOT NULL,
	noted_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, handover_id),
	FOREIGN KEY (area_id, handover_id) REFERENCES handovers (area_id, id)
);

-- What officers of the body who have an account see of a relationship; the last
-- number holds, and no contents are nothing.
CREATE TABLE relationship_views (
	area_id         TEXT        NOT NULL,
	relationship_id TEXT        NOT NULL,
	number          BIGINT      NOT NULL CHECK (number > 0),
	contents        TEXT        NOT NULL,
	noted_by        TEXT        NOT NULL,
	noted_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, relationship_id, number),
	FOREIGN KEY (area_id, relationship_id) REFERENCES relationships (area_id, id)
);
