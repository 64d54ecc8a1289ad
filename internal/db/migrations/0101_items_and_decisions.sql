-- An item of an agenda and the decisions that are about the same thing share whom they
-- touch while they are open. Parties that came later than the item say who added them,
-- or from which decision they come.
ALTER TABLE agenda_parties ADD COLUMN added_by TEXT NOT NULL DEFAULT '';
ALTER TABLE agenda_parties ADD COLUMN added_at TIMESTAMPTZ; -- null: with the item
ALTER TABLE agenda_parties ADD COLUMN decision_id TEXT NOT NULL DEFAULT '';

CREATE TABLE agenda_decisions (
	area_id     TEXT NOT NULL,
	item_id     TEXT NOT NULL,
	decision_id TEXT NOT NULL,
	PRIMARY KEY (area_id, item_id, decision_id),
	FOREIGN KEY (area_id, item_id) REFERENCES agenda_items (area_id, id)
);

CREATE INDEX agenda_decisions_by_decision ON agenda_decisions (area_id, decision_id);

INSERT INTO agenda_decisions (area_id, item_id, decision_id)
SELECT i.area_id, i.id, d.id FROM agenda_items i JOIN decisions d ON d.area_id = i.area_id AND (d.agenda_item = i.id OR d.number = i.decision);

-- What is open learns whom the last wording of its decisions would pay.
INSERT INTO agenda_parties (area_id, item_id, position, organisation_id, person_id, name, decision_id)
SELECT l.area_id, l.item_id,
	COALESCE((SELECT MAX(a.position) FROM agenda_parties a WHERE a.area_id = l.area_id AND a.item_id = l.item_id), 0)
		+ ROW_NUMBER() OVER (PARTITION BY l.area_id, l.item_id ORDER BY d.number, p.position),
	p.organisation_id, p.person_id, p.name, d.id
FROM agenda_decisions l
JOIN decisions d ON d.area_id = l.area_id AND d.id = l.decision_id
JOIN agenda_items i ON i.area_id = l.area_id AND i.id = l.item_id
JOIN decision_parties p ON p.area_id = d.area_id AND p.number = d.number AND p.part = 'does'
	AND p.version = (SELECT MAX(t.version) FROM decision_texts t WHERE t.area_id = d.area_id AND t.number = d.number)
WHERE NOT EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = i.area_id AND g.meeting_id = i.meeting_id)
	AND NOT EXISTS (SELECT 1 FROM agenda_parties a WHERE a.area_id = l.area_id AND a.item_id = l.item_id
		AND a.organisation_id = p.organisation_id AND a.person_id = p.person_id AND a.name = p.name);

-- That it is not known yet who would be paid, in the words of who wrote it.
ALTER TABLE decision_texts ADD COLUMN payee_open BOOLEAN NOT NULL DEFAULT FALSE;
