package openweb

import (
	"context"
	"errors"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/calendar"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/meeting"
)

// nextMeeting is the next meeting of an area, as its own page shows it.
type nextMeeting struct {
	all, href, put string
	day            string
	where          []string
	items          []string
}

// mostItems is how much of an agenda is shown on an area's own page.
const mostItems = 4

// nextMeeting finds the next meeting. The page tells days apart, not hours, so
// that it is the same all day.
func (p pages) nextMeeting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) (nextMeeting, error) {
	n := nextMeeting{all: areaHref(a) + "/meetings"}
	m, err := meeting.Next(ctx, tx, a.ID, calendar.At(0, 0).On(date.InLondon(p.site.Now())))
	if errors.Is(err, fault.NotFound) {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	n.href, n.day = n.all+"/"+string(m.ID), m.Day().Full()
	hours := m.Hours()
	if m.Place != "" {
		hours += ", " + m.Place
	}
	n.where = append(n.where, hours+".")
	if m.Telephone != "" {
		n.where = append(n.where, "Join by telephone if that is easier.")
	}
	if by.May(access.PutForward, a.Place()) {
		n.put = n.href
	}
	items, err := meeting.Agenda(ctx, tx, m)
	for _, i := range items {
		if i.TakenOff == "" && !i.MembersOnly && len(n.items) < mostItems {
			n.items = append(n.items, i.Title)
		}
	}
	return n, err
}
