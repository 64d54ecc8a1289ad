-- What a page about all areas shows, kept in the transaction that changes it, so
-- that it costs the same for 150 areas and for 15,000. verify adds it up again.

-- How far an area has come with its money, by the share that is spent: 0 less
-- than a quarter, 1 under way, 2 more than three quarters.
ALTER TABLE areas ADD COLUMN stage BIGINT NOT NULL DEFAULT 0 CHECK (stage IN (0, 1, 2));

UPDATE areas SET stage = COALESCE((
	SELECT CASE WHEN m.allocated <= 0 OR 4 * m.spent < m.allocated THEN 0 WHEN 4 * m.spent > 3 * m.allocated THEN 2 ELSE 1 END
	FROM area_money m WHERE m.area_id = areas.id), 0);

CREATE INDEX areas_by_region ON areas (programme_id, region, sort_name, id);

CREATE TABLE area_counts (
	programme_id TEXT   NOT NULL,
	region       TEXT   NOT NULL,
	stage        BIGINT NOT NULL,
	areas        BIGINT NOT NULL,
	PRIMARY KEY (programme_id, region, stage)
);

INSERT INTO area_counts (programme_id, region, stage, areas)
SELECT programme_id, region, stage, COUNT(*) FROM areas GROUP BY programme_id, region, stage;

-- A programme's five figures in at most 256 parts, by the last two characters of
-- the area's ID: payments in two areas seldom wait for one another.
CREATE TABLE programme_money (
	programme_id TEXT   NOT NULL,
	part         TEXT   NOT NULL,
	allocated    BIGINT NOT NULL,
	promised     BIGINT NOT NULL,
	paid         BIGINT NOT NULL,
	contribution BIGINT NOT NULL,
	spent        BIGINT NOT NULL,
	PRIMARY KEY (programme_id, part)
);

INSERT INTO programme_money (programme_id, part, allocated, promised, paid, contribution, spent)
SELECT programme_id, substr(area_id, length(area_id) - 1), SUM(allocated), SUM(promised), SUM(paid), SUM(contribution), SUM(spent)
FROM area_money GROUP BY programme_id, substr(area_id, length(area_id) - 1);

-- How many events were recorded, in parts likewise, with a digest of them that
-- adds up. A page about everything is as it was for as long as these are: also
-- where a database was put back from a copy, and has gone on from there.
CREATE TABLE audit_counts (
	part   TEXT   PRIMARY KEY,
	events BIGINT NOT NULL,
	digest BIGINT NOT NULL
);

INSERT INTO audit_counts (part, events, digest)
SELECT substr(stream, length(stream) - 1), SUM(size), 0 FROM audit_heads GROUP BY substr(stream, length(stream) - 1);
