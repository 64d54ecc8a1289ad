package meeting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
)

// A Shared is whom a decision touches, for the items that are about the same.
type Shared struct {
	Area     area.ID
	Decision string // its ID
	Item     ItemID // one that is to share with it from now on; "" for those that do
	Parties  []partnership.Party
	At       time.Time
}

// ShareIn lets the items of agendas that are about the same as a decision know whom it
// touches: what the words of the decision name later, too. An item whose notes are
// agreed stays as it is.
func ShareIn(ctx context.Context, tx *db.Tx, s Shared) error {
	if s.Item != "" {
		if _, err := tx.Exec(ctx, `
			INSERT INTO agenda_decisions (area_id, item_id, decision_id) VALUES ($1, $2, $3) ON CONFLICT (area_id, item_id, decision_id) DO NOTHING`, s.Area, s.Item, s.Decision); err != nil {
			return fmt.Errorf("insert what an item is about: %w", err)
		}
	}
	open, err := db.All(ctx, tx, db.Value[ItemID], `
		SELECT l.item_id FROM agenda_decisions l
		JOIN agenda_items i ON i.area_id = l.area_id AND i.id = l.item_id
		WHERE l.area_id = $1 AND l.decision_id = $2
			AND NOT EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = i.area_id AND g.meeting_id = i.meeting_id)
		ORDER BY l.item_id`, s.Area, s.Decision)
	if err != nil {
		return err
	}
	for _, item := range open {
		if _, err := addParties(ctx, tx, s.Area, item, s.Parties, s.Decision, "", s.At); err != nil {
			return err
		}
	}
	return nil
}

// addParties adds those to an item whom it does not touch yet, and says how many.
func addParties(ctx context.Context, tx *db.Tx, a area.ID, item ItemID, parties []partnership.Party, from string, by access.PersonID, at time.Time) (int, error) {
	there, err := Parties(ctx, tx, Item{Area: a, ID: item})
	if err != nil {
		return 0, err
	}
	added := 0
	for _, p := range parties {
		p.Name = strings.TrimSpace(p.Name)
		if slices.Contains(there, p) {
			continue
		}
		there = append(there, p)
		added++
		if _, err := tx.Exec(ctx, `
			INSERT INTO agenda_parties (area_id, item_id, position, organisation_id, person_id, name, added_by, added_at, decision_id)
			SELECT $1, $2, COALESCE(MAX(position), 0) + 1, $3, $4, $5, $6, $7, $8 FROM agenda_parties WHERE area_id = $1 AND item_id = $2`,
			a, item, p.Organisation, p.Person, p.Name, by, at, from); err != nil {
			return added, fmt.Errorf("insert party: %w", err)
		}
	}
	return added, nil
}

// SharedWith lists, of each of some decisions of an area, the items of agendas that are
// about the same and whom those touch, but for whom they touch by that decision itself.
// until is when a decision was made, by its ID: whom an item came to touch after that
// changes nothing in it.
func SharedWith(ctx context.Context, tx *db.Tx, a area.ID, until map[string]time.Time) (map[string]partnership.Matter, error) {
	of := map[string]partnership.Matter{}
	ids := make([]string, 0, len(until))
	for d := range until {
		ids = append(ids, d)
	}
	return of, db.Each(ctx, tx, func(r db.Row) error {
		var decision, from string
		var item ItemID
		var p partnership.Party
		var put, added time.Time
		if err := r.Scan(&decision, &item, &put, &p.Organisation, &p.Person, &p.Name, &from, &added); err != nil {
			return err
		}
		made := until[decision]
		if !made.IsZero() && put.After(made) {
			return nil
		}
		m := of[decision]
		if !slices.Contains(m.With, item.About()) {
			m.With = append(m.With, item.About())
		}
		if p != (partnership.Party{}) && from != decision && (made.IsZero() || !added.After(made)) && !slices.Contains(m.Parties, p) {
			m.Parties = append(m.Parties, p)
		}
		of[decision] = m
		return nil
	}, `
		SELECT l.decision_id, l.item_id, i.put_at, COALESCE(p.organisation_id, ''), COALESCE(p.person_id, ''), COALESCE(p.name, ''), COALESCE(p.decision_id, ''), p.added_at
		FROM agenda_decisions l
		JOIN agenda_items i ON i.area_id = l.area_id AND i.id = l.item_id
		LEFT JOIN agenda_parties p ON p.area_id = l.area_id AND p.item_id = l.item_id
		WHERE l.area_id = $1 AND l.decision_id IN (SELECT key FROM json_each($2)) ORDER BY l.item_id, p.position`, a, db.Set(ids))
}

// NewParties are whom an item turns out to touch, as somebody writes them down.
type NewParties struct {
	Form    string
	Item    ItemID
	Parties []partnership.Party
}

// Check says what is wrong with n, if anything.
func (n NewParties) Check() fault.Invalid {
	var wrong fault.Invalid
	if len(n.Parties) == 0 {
		wrong.Add("parties", "Enter whom it is about: an organisation or a person, each on a line of its own")
	}
	if len(n.Parties) > 10 {
		wrong.Add("parties", "Enter at most ten organisations or people")
	}
	for _, p := range n.Parties {
		if len(p.Name) > 120 {
			wrong.Add("parties", "Enter each name on a line of its own")
		}
	}
	return wrong
}

// AddParties records that an item touches somebody more. Sent twice, it counts once.
func (m *Meetings) AddParties(ctx context.Context, by access.Actor, a area.Area, mid ID, n NewParties) error {
	_, err := m.once(ctx, by, n.Form, []any{"add parties", a.ID, mid, n.Item, n.Parties}, func(tx *db.Tx) (string, error) {
		return string(mid), m.AddPartiesIn(ctx, tx, by, a, mid, n)
	})
	return wrap("add whom an item touches", err)
}

// AddPartiesIn is AddParties as part of a transaction. Who writes the agenda does, until
// the notes are agreed.
func (m *Meetings) AddPartiesIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID, n NewParties) error {
	if _, err := m.changeable(ctx, tx, by, a, mid); err != nil {
		return err
	}
	item, err := ItemByID(ctx, tx, a.ID, n.Item)
	if n.Item == "" || errors.Is(err, fault.NotFound) {
		return append(fault.Invalid{{Field: "item", Words: "Choose what on the agenda it is"}}, n.Check()...)
	}
	if err != nil {
		return err
	}
	if item.Meeting != mid {
		return fault.NotFound
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	there, err := Parties(ctx, tx, item)
	if err != nil {
		return err
	}
	if len(there)+len(n.Parties) > mostParties {
		return fault.Invalid{{Field: "parties", Words: "This touches many already. Say the rest in its words"}}
	}
	added, err := addParties(ctx, tx, a.ID, item.ID, n.Parties, "", by.Person, m.Now())
	if err != nil {
		return err
	}
	if added == 0 {
		return fault.New(fault.Conflict, "Everybody whom you entered is there already. Nothing was changed.")
	}
	if err := m.tellOthers(ctx, tx, item, n.Parties); err != nil {
		return err
	}
	return m.record(ctx, tx, by, a, "agenda item touches more", string(item.ID), map[string]string{"meeting": string(mid), "added": strconv.Itoa(added)}, "")
}

// tellOthers lets the other items that are about the same decisions know whom one
// touches.
func (m *Meetings) tellOthers(ctx context.Context, tx *db.Tx, item Item, parties []partnership.Party) error {
	if len(parties) == 0 {
		return nil
	}
	decisions, err := db.All(ctx, tx, db.Value[string], `
		SELECT decision_id FROM agenda_decisions WHERE area_id = $1 AND item_id = $2 ORDER BY decision_id`, item.Area, item.ID)
	if err != nil {
		return err
	}
	for _, d := range decisions {
		if err := m.tellAbout(ctx, tx, item, d, parties); err != nil {
			return err
		}
	}
	return nil
}

func (m *Meetings) tellAbout(ctx context.Context, tx *db.Tx, item Item, decision string, parties []partnership.Party) error {
	others, err := db.All(ctx, tx, db.Value[ItemID], `
		SELECT l.item_id FROM agenda_decisions l
		JOIN agenda_items i ON i.area_id = l.area_id AND i.id = l.item_id
		WHERE l.area_id = $1 AND l.decision_id = $2 AND l.item_id <> $3
			AND NOT EXISTS (SELECT 1 FROM notes_agreements g WHERE g.area_id = i.area_id AND g.meeting_id = i.meeting_id)
		ORDER BY l.item_id`, item.Area, decision, item.ID)
	if err != nil {
		return err
	}
	for _, other := range others {
		if _, err := addParties(ctx, tx, item.Area, other, parties, "", "", m.Now()); err != nil {
			return err
		}
	}
	return nil
}

// mostParties is how many an item touches at most.
const mostParties = 40
