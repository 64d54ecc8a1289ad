-- What becomes of money after it was first recorded: themes told anew, mistakes
-- recorded afresh, letters that were declined or ended, holdings that ended,
-- reversals that one person asks for and another confirms; and running totals
-- by theme and by quarter.

-- A budget line knows its programme, as area_money does of its area, so that a
-- programme's lines are read without asking anybody else's tables.
ALTER TABLE budget_lines ADD COLUMN programme_id TEXT NOT NULL DEFAULT '';
UPDATE budget_lines SET programme_id = (SELECT a.programme_id FROM areas a WHERE a.id = budget_lines.area_id);
CREATE INDEX budget_lines_by_programme ON budget_lines (programme_id);

-- From its first record on, an area whose money is held has a row here.
INSERT INTO area_money (area_id, programme_id, allocated, promised, paid, contribution, spent)
SELECT a.id, a.programme_id, 0, 0, 0, 0, 0 FROM areas a
WHERE EXISTS (SELECT 1 FROM holdings h WHERE h.area_id = a.id)
	AND NOT EXISTS (SELECT 1 FROM area_money m WHERE m.area_id = a.id);

-- The day of the first payment, from which on there was money to spend.
ALTER TABLE area_money ADD COLUMN paid_since DATE;
UPDATE area_money SET paid_since = (SELECT MIN(r.paid_on) FROM payment_releases r WHERE r.area_id = area_money.area_id);

-- A draft of a plan that nobody needs any more. It stays to be read.
CREATE TABLE plan_discards (
	area_id      TEXT        NOT NULL,
	version      BIGINT      NOT NULL,
	discarded_by TEXT        NOT NULL,
	discarded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, version),
	FOREIGN KEY (area_id, version) REFERENCES plan_versions (area_id, number)
);

-- From which day an organisation no longer holds an area's money.
CREATE TABLE holding_ends (
	area_id         TEXT        NOT NULL,
	organisation_id TEXT        NOT NULL,
	from_on         DATE        NOT NULL,
	until_on        DATE        NOT NULL, -- the first day on which it no longer holds it
	decision        TEXT        NOT NULL,
	ended_by        TEXT        NOT NULL,
	ended_at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, organisation_id, from_on),
	FOREIGN KEY (area_id, organisation_id, from_on) REFERENCES holdings (area_id, organisation_id, from_on)
);

CREATE TABLE offer_declines (
	area_id     TEXT        NOT NULL,
	offer       BIGINT      NOT NULL,
	reason      TEXT        NOT NULL,
	declined_on DATE        NOT NULL,
	declined_by TEXT        NOT NULL,
	declined_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, offer),
	FOREIGN KEY (area_id, offer) REFERENCES offers (area_id, number)
);

-- A letter that was in force and ended before all of it was paid, because its
-- organisation no longer holds the money.
CREATE TABLE offer_endings (
	area_id  TEXT        NOT NULL,
	offer    BIGINT      NOT NULL,
	ended_on DATE        NOT NULL,
	ended_by TEXT        NOT NULL,
	ended_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, offer),
	FOREIGN KEY (area_id, offer) REFERENCES offer_acceptances (area_id, offer)
);

-- One person asks that a payment is reversed, another does it or says no.
CREATE TABLE payment_reversal_requests (
	area_id    TEXT        NOT NULL,
	payment_id TEXT        NOT NULL,
	number     BIGINT      NOT NULL CHECK (number > 0),
	reason     TEXT        NOT NULL,
	asked_by   TEXT        NOT NULL,
	asked_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, payment_id, number),
	FOREIGN KEY (area_id, payment_id) REFERENCES payment_releases (area_id, payment_id)
);

CREATE TABLE payment_reversal_refusals (
	area_id    TEXT        NOT NULL,
	payment_id TEXT        NOT NULL,
	number     BIGINT      NOT NULL,
	reason     TEXT        NOT NULL,
	refused_by TEXT        NOT NULL,
	refused_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, payment_id, number),
	FOREIGN KEY (area_id, payment_id, number) REFERENCES payment_reversal_requests (area_id, payment_id, number)
);

-- A spend that was recorded afresh after another was sent back or reversed.
CREATE TABLE spend_replacements (
	area_id  TEXT NOT NULL,
	spend_id TEXT NOT NULL,
	replaces TEXT NOT NULL,
	PRIMARY KEY (area_id, spend_id),
	UNIQUE (area_id, replaces),
	FOREIGN KEY (area_id, spend_id) REFERENCES spends (area_id, id),
	FOREIGN KEY (area_id, replaces) REFERENCES spends (area_id, id)
);

-- The theme under which a spend is told, changed later. The last one counts.
CREATE TABLE spend_recodings (
	area_id    TEXT        NOT NULL,
	spend_id   TEXT        NOT NULL,
	number     BIGINT      NOT NULL CHECK (number > 0),
	theme      TEXT        NOT NULL,
	reason     TEXT        NOT NULL,
	recoded_by TEXT        NOT NULL,
	recoded_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (area_id, spend_id, number),
	FOREIGN KEY (area_id, spend_id) REFERENCES spends (area_id, id)
);

-- Running totals like those of area_money: what was spent under each theme, and
-- in each quarter, which is the calendar year times four, and 0 to 3.
CREATE TABLE theme_money (
	area_id      TEXT   NOT NULL REFERENCES areas (id),
	programme_id TEXT   NOT NULL,
	theme        TEXT   NOT NULL,
	spent        BIGINT NOT NULL,
	PRIMARY KEY (area_id, theme)
);

CREATE INDEX theme_money_by_programme ON theme_money (programme_id, theme);

CREATE TABLE quarter_money (
	area_id      TEXT   NOT NULL REFERENCES areas (id),
	programme_id TEXT   NOT NULL,
	quarter      BIGINT NOT NULL,
	spent        BIGINT NOT NULL,
	PRIMARY KEY (area_id, quarter)
);

CREATE INDEX quarter_money_by_programme ON quarter_money (programme_id, quarter);

INSERT INTO theme_money (area_id, programme_id, theme, spent)
SELECT s.area_id, m.programme_id, s.theme, CAST(SUM(s.minor) AS BIGINT)
FROM spends s
JOIN area_money m ON m.area_id = s.area_id
JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
WHERE NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)
GROUP BY s.area_id, m.programme_id, s.theme;

INSERT INTO quarter_money (area_id, programme_id, quarter, spent)
SELECT x.area_id, x.programme_id, x.quarter, CAST(SUM(x.minor) AS BIGINT) FROM (
	SELECT s.area_id, m.programme_id, s.minor,
		CAST(SUBSTR(CAST(s.spent_on AS TEXT), 1, 4) AS BIGINT) * 4 + (CAST(SUBSTR(CAST(s.spent_on AS TEXT), 6, 2) AS BIGINT) - 1) / 3 AS quarter
	FROM spends s
	JOIN area_money m ON m.area_id = s.area_id
	JOIN spend_certifications c ON c.area_id = s.area_id AND c.spend_id = s.id
	WHERE NOT EXISTS (SELECT 1 FROM spend_reversals v WHERE v.area_id = s.area_id AND v.spend_id = s.id)
) x
GROUP BY x.area_id, x.programme_id, x.quarter;
