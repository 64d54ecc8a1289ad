package meeting

import (
	"context"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// Matters tells partnership of what is on agendas. An item is open until the notes of
// its meeting are agreed; what was agreed about it counts from then on.
type Matters struct{ Now func() time.Time }

// Matter is an item of an agenda.
func (x Matters) Matter(ctx context.Context, tx *db.Tx, a area.ID, matter string) (partnership.Matter, error) {
	i, err := ItemByID(ctx, tx, a, ItemID(matter))
	if err != nil {
		return partnership.Matter{}, err
	}
	m, err := ByID(ctx, tx, a, i.Meeting)
	if err != nil {
		return partnership.Matter{}, err
	}
	one, err := Touching(ctx, tx, m, i)
	return x.matter(m, i, one), err
}

// matter is an item as interests know it, of whom it touches.
func (x Matters) matter(m Meeting, i Item, one partnership.Matter) partnership.Matter {
	one.About, one.Title, one.Href, one.On = i.ID.About(), i.Title, "/meetings/"+string(m.ID)+"#item-"+string(i.ID), m.Day()
	one.Open = !m.Off && i.TakenOff == "" && m.Stage() != Agreed
	if i.MembersOnly { // not everybody who sees what people have an interest in is one
		one.Title = "Something for members alone, " + m.Day().Long()
	}
	if today := date.InLondon(x.Now()); one.Open && m.Day().Before(today) {
		one.On = today
	}
	return one
}

// OpenMatters lists what touches somebody on the agendas of meetings that are to
// come, and of those of the last year whose notes are not agreed.
func (x Matters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) (open []partnership.Matter, err error) {
	coming, err := Since(ctx, tx, a, x.Now())
	if err != nil {
		return nil, err
	}
	been, err := Between(ctx, tx, a, x.Now().AddDate(-1, 0, 0), x.Now())
	if err != nil {
		return nil, err
	}
	been = slices.DeleteFunc(been, func(m Meeting) bool { // what is under way has not been
		return m.Stage() == Agreed || slices.ContainsFunc(coming, func(c Meeting) bool { return c.ID == m.ID })
	})
	for _, m := range slices.Concat(been, coming) {
		touched, err := partiesIn(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		if len(touched) == 0 {
			continue
		}
		items, err := Agenda(ctx, tx, m)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			if one := x.matter(m, i, touched[i.ID]); one.Open && len(one.Parties) > 0 {
				open = append(open, one)
			}
		}
	}
	return open, nil
}

// DeedsOf lists who was there with a say when something was agreed about an item that
// touches somebody: who came in a hat that has one, and who had one that day, in
// whatever hat they came. It counts from when the notes are agreed: what was told before is in time.
func (x Matters) DeedsOf(ctx context.Context, tx *db.Tx, a area.ID, who []access.PersonID) (all []partnership.Deed, err error) {
	type there struct {
		item   ItemID
		person access.PersonID
		agreed time.Time
		hat    AttendeeHat
	}
	parts, err := db.All(ctx, tx, func(r db.Row) (p there, err error) { return p, r.Scan(&p.item, &p.person, &p.agreed, &p.hat) }, `
		SELECT i.id, w.person_id, g.noted_at, w.hat
		FROM attendances w
		JOIN notes_agreements g ON g.area_id = w.area_id AND g.meeting_id = w.meeting_id
		JOIN agenda_items i ON i.area_id = w.area_id AND i.meeting_id = w.meeting_id AND i.taken_off = ''
		JOIN item_notes n ON n.area_id = i.area_id AND n.item_id = i.id AND n.agreed <> ''
		WHERE w.area_id = $1 AND w.way <> 'apologies' AND w.person_id IN (SELECT key FROM json_each($2))
			AND EXISTS (SELECT 1 FROM agenda_parties p WHERE p.area_id = i.area_id AND p.item_id = i.id)
		ORDER BY i.id, w.person_id`, a, db.Set(who))
	if err != nil {
		return nil, err
	}
	decided, err := partnership.Deciders(ctx, tx, a, who)
	if err != nil {
		return nil, err
	}
	var last ItemID
	var m partnership.Matter
	for _, p := range parts {
		if p.item != last {
			if m, err = x.Matter(ctx, tx, a, string(p.item)); err != nil {
				return nil, err
			}
			last = p.item
		}
		if !p.hat.decides() && !decided(p.person, m.On) {
			continue // a friend or a guest has no say in what is agreed
		}
		all = append(all, partnership.Deed{
			Person: p.person, At: m.On.At(12, 0), Counted: p.agreed, What: "was there when it was agreed on", About: m.About, Title: m.Title, Href: m.Href, Parties: m.Parties,
		})
	}
	return all, nil
}

// unsettled are the items of a meeting that touch an interest of somebody with a say,
// about which nothing is done yet: what is agreed about them waits for that.
func (m *Meetings) unsettled(ctx context.Context, tx *db.Tx, a area.ID, one Meeting) (map[ItemID]bool, error) {
	waits := map[ItemID]bool{}
	parties, err := partiesIn(ctx, tx, one)
	if err != nil || len(parties) == 0 {
		return waits, err
	}
	items, err := Agenda(ctx, tx, one)
	if err != nil {
		return nil, err
	}
	var open []partnership.Matter
	var of []ItemID
	for _, i := range items {
		if x := (Matters{m.Now}).matter(one, i, parties[i.ID]); x.Open && len(x.Parties) > 0 {
			open, of = append(open, x), append(of, i.ID)
		}
	}
	unhandled, err := partnership.Unhandled(ctx, tx, a, open)
	for at, waiting := range unhandled {
		waits[of[at]] = waiting
	}
	return waits, err
}

var _ partnership.Matters = Matters{}
