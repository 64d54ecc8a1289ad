package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// The days of the censuses, which count everyone.
func censuses() []date.Date {
	return []date.Date{date.Must("2001-04-29"), date.Must("2011-03-27"), date.Must("2021-03-21")}
}

// isSeaside reports whether an area is by the sea: one in twenty-five is, and
// one of the first few, so that a small demonstration has one.
func isSeaside(i int) bool { return i%25 == 3 }

// count records how many people live in an area, as each census found that was
// held before it came in.
func (s *story) count(ctx context.Context, tx *db.Tx, i int) error {
	r := rand.New(rand.NewPCG(s.what.Seed, uint64(i)+9000)) //nolint:gosec // a story, not a secret
	people := 5_000 + r.Int64N(7_001)
	if isSeaside(i) {
		people = 6_000
	}
	for n, day := range censuses() {
		if day.After(date.Of(s.now)) {
			break
		}
		counted := area.NewPopulation{
			Residents: people + int64(n)*(r.Int64N(300)-60), AsAt: day, Source: "Invented, as if from the census of " + day.Long(),
		}
		if isSeaside(i) {
			counted.Seasons = []area.Season{{
				Name: "Summer", From: area.MonthDay{Month: time.June, Day: 1}, Until: area.MonthDay{Month: time.August, Day: 31}, People: 2 * counted.Residents,
			}}
		}
		if _, err := s.areas.SetPopulationIn(ctx, tx, s.officers[0], s.area, counted); err != nil {
			return err
		}
	}
	return nil
}
