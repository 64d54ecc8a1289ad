-- By which decision of the partnership money may move: an offer letter by one that
-- allows its lines, what goes over the plan, or is paid before its day, by one that
-- says so. What was made before decisions were kept here has words alone.
CREATE TABLE money_decisions (
	area_id  TEXT   NOT NULL,
	kind     TEXT   NOT NULL CHECK (kind IN ('offer', 'payment', 'spend', 'holding')),
	subject  TEXT   NOT NULL, -- the letter's number, the payment, the spend, or the organisation and its first day
	decision BIGINT NOT NULL,
	PRIMARY KEY (area_id, kind, subject),
	FOREIGN KEY (area_id, decision) REFERENCES decisions (area_id, number)
);

CREATE INDEX money_decisions_by_decision ON money_decisions (area_id, decision);
