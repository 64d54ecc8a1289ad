package meetingweb

import (
	"context"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/meeting"
)

// When a vote closes is in the calendar of who takes part in it, and in no other.
func TestAVoteClosesInTheCalendarOfWhoTakesPart(t *testing.T) {
	t.Parallel()
	opened := time.Date(2026, 10, 14, 9, 0, 0, 0, time.UTC)
	closes := opened.AddDate(0, 0, 7)
	p := pages{meetings: &meeting.Meetings{BaseURL: "https://table.example.org"}, decisions: Decisions{
		Closings: func(context.Context, *db.Tx, area.Area) ([]Closing, error) {
			return []Closing{{Number: 7, Title: "Benches on the green", Opened: opened, At: closes}}, nil
		},
	}}
	a := area.Area{ID: "green", Programme: "p", Slug: "hopewell-green", Name: "Hopewell Green"}
	for _, c := range []struct {
		role access.Role
		told bool
	}{{access.Member, true}, {access.Chair, true}, {access.Friend, true}, {access.Resident, false}} {
		by := access.Actor{Person: "una", Hat: access.Hat{ID: "hat", Role: c.role, Scope: access.InArea, Place: string(a.ID)}}
		events, err := p.closings(t.Context(), nil, by, a)
		if err != nil || (len(events) == 1) != c.told {
			t.Errorf("as %s: %d events, %v; want one: %t", c.role.Title(), len(events), err, c.told)
		}
		for _, e := range events {
			if !e.Starts.Equal(closes) || !e.Changed.Equal(opened) || e.Title != "The vote closes: Benches on the green" || e.Link != "https://table.example.org/areas/hopewell-green/decisions/7" {
				t.Errorf("as %s: %+v", c.role.Title(), e)
			}
		}
	}
}
