package meeting

import (
	"context"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
)

// Matters tells partnership of what is on agendas. Nothing is decided by an item
// itself, so nobody does anything there that takes somebody without an interest.
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
	parties, err := Parties(ctx, tx, i)
	return x.matter(m, i, parties), err
}

func (x Matters) matter(m Meeting, i Item, parties []partnership.Party) partnership.Matter {
	return partnership.Matter{
		About: i.ID.About(), Title: i.Title, Href: "/meetings/" + string(m.ID) + "#item-" + string(i.ID), Parties: parties, On: m.Day(),
		Open: !m.Off && i.TakenOff == "" && m.Stage() != Agreed,
	}
}

// OpenMatters lists what is on the agendas of meetings that are to come and
// touches somebody.
func (x Matters) OpenMatters(ctx context.Context, tx *db.Tx, a area.ID) (open []partnership.Matter, err error) {
	coming, err := Since(ctx, tx, a, x.Now())
	if err != nil {
		return nil, err
	}
	for _, m := range coming {
		touched, err := partiesIn(ctx, tx, m)
		if err != nil {
			return nil, err
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

// DeedsOf lists nothing.
func (Matters) DeedsOf(context.Context, *db.Tx, area.ID, []access.PersonID) ([]partnership.Deed, error) {
	return nil, nil
}

var _ partnership.Matters = Matters{}
