package openweb

import (
	"context"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// goingQuiet is which relationships of an area go quiet, for those who see them, and where
// something is asked of an agency.
type goingQuiet struct {
	heading, words, href string
	ask                  string
}

const mostQuiet = 4

// mostPublished is how many published lines an area's own page shows.
const mostPublished = 6

// publishedIn are the lines that a partnership published of who it works with, the
// latest first: those and nothing else of it.
func publishedIn(ctx context.Context, tx *db.Tx, a area.Area) (all []web.TimelineItem, err error) {
	lines, err := relationship.PublishedLines(ctx, tx, a.ID, mostPublished)
	for _, l := range lines {
		all = append(all, web.TimelineItem{Date: l.Day, Words: l.Words, Detail: l.Name})
	}
	return all, err
}

func quietIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) (q goingQuiet, err error) {
	if by.May(access.PutForward, a.Place()) {
		q.ask = areaHref(a) + "/questions"
	}
	if !by.May(access.SeeRelationships, a.Place()) {
		return q, nil
	}
	q.href = areaHref(a) + "/relationships"
	links, err := relationship.OnMap(ctx, tx, a.ID, today)
	var names []string
	for _, l := range links {
		if l.QuietWeeks > 0 {
			names = append(names, l.Name+", "+strconv.Itoa(l.QuietWeeks)+" weeks")
		}
	}
	switch n := len(names); n {
	case 0:
		return q, err
	case 1:
		q.heading = "One relationship is going quiet"
	default:
		q.heading = numbered(n) + " relationships are going quiet"
	}
	if more := len(names) - mostQuiet; more > 0 {
		names = append(names[:mostQuiet], "and "+strconv.Itoa(more)+" more")
	}
	q.words = strings.Join(names, "; ") + ". A short call is enough."
	return q, err
}
