-- What 0101 did for items of agendas that were there before it is put right: whom an
-- item touches through a decision it touches since the decision named them, so that
-- what was decided before stays as it was; whom two decisions named it touches once;
-- and the other items that are about the same decision know whom it touches, as those
-- do that were written since. Agreed notes stay as they are.
DROP TRIGGER agenda_parties_stay;
DROP TRIGGER agenda_parties_stay_kept;

UPDATE agenda_parties SET added_at = (
	SELECT MAX(MIN(i.put_at), MIN(t.written_at))
	FROM agenda_items i
	JOIN decisions d ON d.area_id = i.area_id AND d.id = agenda_parties.decision_id
	JOIN decision_parties p ON p.area_id = d.area_id AND p.number = d.number AND p.part = 'does'
		AND p.organisation_id = agenda_parties.organisation_id AND p.person_id = agenda_parties.person_id AND p.name = agenda_parties.name
	JOIN decision_texts t ON t.area_id = p.area_id AND t.number = p.number AND t.version = p.version
	WHERE i.area_id = agenda_parties.area_id AND i.id = agenda_parties.item_id)
WHERE decision_id <> '' AND added_at IS NULL;

DELETE FROM agenda_parties WHERE decision_id <> ''
	AND EXISTS (
		SELECT 1 FROM agenda_parties a WHERE a.area_id = agenda_parties.area_id AND a.item_id = agenda_parties.item_id
			AND a.organisation_id = agenda_parties.organisation_id AND a.person_id = agenda_parties.person_id AND a.name = agenda_parties.name
			AND (a.added_at < agenda_parties.added_at OR a.added_at = agenda_parties.added_at AND a.position < agenda_parties.position))
	AND NOT EXISTS (
		SELECT 1 FROM agenda_items i JOIN notes_agreements g ON g.area_id = i.area_id AND g.meeting_id = i.meeting_id
		WHERE i.area_id = agenda_parties.area_id AND i.id = agenda_parties.item_id);

-- They stand one after the other again, without a gap.
CREATE TABLE agenda_parties_in_order AS
SELECT area_id, item_id, position, place FROM (
	SELECT area_id, item_id, position, ROW_NUMBER() OVER (PARTITION BY area_id, item_id ORDER BY position) AS place FROM agenda_parties) a
WHERE place <> position;
UPDATE agenda_parties SET position = -(
	SELECT o.place FROM agenda_parties_in_order o
	WHERE o.area_id = agenda_parties.area_id AND o.item_id = agenda_parties.item_id AND o.position = agenda_parties.position)
WHERE EXISTS (
	SELECT 1 FROM agenda_parties_in_order o
	WHERE o.area_id = agenda_parties.area_id AND o.item_id = agenda_parties.item_id AND o.position = agenda_parties.position);
UPDATE agenda_parties SET position = -position WHERE position < 0;
DROP TABLE agenda_parties_in_order;

INSERT INTO agenda_parties (area_id, item_id, position, organisation_id, person_id, name, decision_id, added_at)
SELECT n.area_id, n.item_id,
	COALESCE((SELECT MAX(a.position) FROM agenda_parties a WHERE a.area_id = n.area_id AND a.item_id = n.item_id), 0)
		+ ROW_NUMBER() OVER (PARTITION BY n.area_id, n.item_id ORDER BY n.number, n.organisation_id, n.person_id, n.name),
	n.organisation_id, n.person_id, n.name, d.id, n.since
FROM (
	SELECT l.area_id, l.item_id, p.organisation_id, p.person_id, p.name, MIN(d.number) AS number,
		MIN(MAX(i.put_at, d.begun_at, COALESCE(p.added_at, other.put_at))) AS since
	FROM agenda_decisions l
	JOIN decisions d ON d.area_id = l.area_id AND d.id = l.decision_id
	JOIN agenda_items i ON i.area_id = l.area_id AND i.id = l.item_id
	JOIN agenda_decisions o ON o.area_id = l.area_id AND o.decision_id = l.decision_id AND o.item_id <> l.item_id
	JOIN agenda_items other ON other.area_id = o.area_id AND other.id = o.item_id
	JOIN agenda_parties p ON p.area_id = o.area_id AND p.item_id = o.item_id AND p.decision_id <> l.decision_id
	WHERE NOT EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = i.area_id AND g.meeting_id = i.meeting_id)
		AND NOT EXISTS (
			SELECT 1 FROM agenda_parties a WHERE a.area_id = l.area_id AND a.item_id = l.item_id
				AND a.organisation_id = p.organisation_id AND a.person_id = p.person_id AND a.name = p.name)
	GROUP BY l.area_id, l.item_id, p.organisation_id, p.person_id, p.name) n
JOIN decisions d ON d.area_id = n.area_id AND d.number = n.number;

CREATE TRIGGER agenda_parties_stay BEFORE UPDATE ON agenda_parties BEGIN SELECT RAISE(ABORT, 'agenda_parties is append-only'); END;
CREATE TRIGGER agenda_parties_stay_kept BEFORE DELETE ON agenda_parties BEGIN SELECT RAISE(ABORT, 'agenda_parties is append-only'); END;
