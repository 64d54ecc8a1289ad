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
	"commontable/internal/web"
)

// nextMeeting is the next meeting of an area, as its own page shows it.
type nextMeeting struct {
	all, href, put string
	day            string
	where          []string
	items          []string
	more           int      // things on the agenda that are not shown
	notes          web.Link // those that were agreed last
	rest           string   // when the area is closed next
}

// mostItems is how much of an agenda is shown on an area's own page.
const mostItems = 4

// nextMeeting finds the next meeting. The page tells days apart, not hours, so
// that it is the same all day.
func (p pages) nextMeeting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) (nextMeeting, error) {
	n := nextMeeting{all: areaHref(a) + "/meetings"}
	if err := n.around(ctx, tx, a, p.site.Today()); err != nil {
		return n, err
	}
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
		switch {
		case i.TakenOff != "" || i.MembersOnly:
		case len(n.items) < mostItems:
			n.items = append(n.items, i.Title)
		default:
			n.more++
		}
	}
	return n, err
}

// seenAhead is how many months ahead an area's own page says that it is closed.
const seenAhead = 2

// around finds the notes that were agreed last, and when the area is closed next.
func (n *nextMeeting) around(ctx context.Context, tx *db.Tx, a area.Area, today date.Date) error {
	last, err := meeting.LastAgreed(ctx, tx, a.ID)
	switch {
	case err == nil:
		n.notes = web.Link{Text: "Read the notes of " + last.Day().Long(), Href: n.all + "/" + string(last.ID)}
	case !errors.Is(err, fault.NotFound):
		return err
	}
	closures, err := area.ClosuresIn(ctx, tx, a.ID, today.AddDays(1), today.AddMonths(seenAhead))
	for _, c := range closures {
		if !c.On(today) && !c.Withdrawn() {
			n.rest = c.Words(today) + "."
			break
		}
	}
	return err
}
