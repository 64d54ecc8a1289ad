package area

import (
	"errors"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

var summer = Season{Name: " Summer  holidays ", From: MonthDay{time.June, 1}, Until: MonthDay{time.August, 31}, People: 12_000}

// place adds an area to the Big Local programme.
func place(t *testing.T, a *Areas, name string) (added Area) {
	t.Helper()
	p := programme(t, a, BigLocal)
	write(t, a.DB, func(tx *db.Tx) (err error) {
		added, err = a.AddIn(t.Context(), tx, operator, p.ID, NewArea{Name: name})
		return err
	})
	return added
}

func TestAPopulationIsDated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		resort, empty := place(t, a, "Sandy End"), place(t, a, "Nowhere")
		set := func(n NewPopulation) {
			t.Helper()
			n.Form = n.AsAt.String() + n.Source
			for range 2 { // sent twice, it counts once
				if _, err := a.SetPopulation(t.Context(), operator, resort, n); err != nil {
					t.Fatal(err)
				}
			}
		}
		set(NewPopulation{Residents: 5_900, AsAt: date.Must("2011-03-27"), Source: "Census 2011"})
		set(NewPopulation{Residents: 6_000, AsAt: date.Must("2020-06-30"), Source: "Estimate of 2020", Estimate: true, Seasons: []Season{summer}})
		set(NewPopulation{Residents: 6_010, AsAt: date.Must("2020-06-30"), Source: "Estimate of 2020, mended", Estimate: true, Seasons: []Season{summer}})
		read(t, d, func(tx *db.Tx) error {
			for _, c := range []struct {
				day    string
				people int64
				later  bool
			}{{"2010-01-01", 5_900, true}, {"2011-03-27", 5_900, false}, {"2020-06-29", 5_900, false}, {"2020-06-30", 6_010, false}, {"2026-01-01", 6_010, false}} {
				p, known, err := PopulationOn(t.Context(), tx, resort.ID, date.Must(c.day))
				if err != nil || !known || p.Residents != c.people || p.Later != c.later {
					t.Errorf("on %s: %+v, %v, %v; want %d", c.day, p, known, err, c.people)
				}
				all, err := PopulationsIn(t.Context(), tx, resort.Programme, date.Must(c.day))
				if err != nil || len(all) != 1 || all[resort.ID].Residents != c.people || all[resort.ID].Later != c.later {
					t.Errorf("of the programme on %s: %+v, %v", c.day, all, err)
				}
			}
			all, err := PopulationsOf(t.Context(), tx, resort.ID)
			if err != nil || len(all) != 3 {
				t.Fatalf("%d populations, %v; want 3: nothing is overwritten", len(all), err)
			}
			if last := all[2]; len(last.Seasons) != 1 || last.Seasons[0].Name != "Summer holidays" || last.PeopleOn(date.Must("2026-08-31")) != 12_000 ||
				last.PeopleOn(date.Must("2026-09-01")) != 6_010 || last.SetBy != operator.Person || !last.SetAt.Equal(noon) {
				t.Errorf("%+v", last)
			}
			_, known, err := PopulationOn(t.Context(), tx, empty.ID, date.Must("2026-01-01"))
			if known || err != nil {
				t.Errorf("an area of which nothing is known: %v, %v", known, err)
			}
			return nil
		})
		for _, change := range []func(*db.Tx) (int64, error){
			func(tx *db.Tx) (int64, error) {
				return tx.Exec(t.Context(), `UPDATE area_populations SET residents = 1`)
			},
			func(tx *db.Tx) (int64, error) { return tx.Exec(t.Context(), `DELETE FROM area_population_seasons`) },
		} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := change(tx); return err }); err == nil {
				t.Error("a record was changed")
			}
		}
	})
}

func TestPeopleOverAYear(t *testing.T) {
	t.Parallel()
	p := Population{Residents: 6_000, Seasons: []Season{summer, {Name: "Christmas", From: MonthDay{time.December, 20}, Until: MonthDay{time.January, 5}, People: 7_000}}}
	for day, want := range map[string]int64{"2026-05-31": 6_000, "2026-06-01": 12_000, "2026-12-31": 7_000, "2027-01-05": 7_000, "2027-01-06": 6_000} {
		if got := p.PeopleOn(date.Must(day)); got != want {
			t.Errorf("on %s: %d, want %d", day, got, want)
		}
	}
	// 92 days of summer and 17 of Christmas.
	if got, want := p.OverAYear(), int64((92*12_000+17*7_000+256*6_000+182)/365); got != want {
		t.Errorf("over a year: %d, want %d", got, want)
	}
	if got := (Population{Residents: 9_213}).OverAYear(); got != 9_213 {
		t.Errorf("without seasons: %d", got)
	}
}

func TestAPopulationThatIsWrong(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	a := founded(t, d)
	resort := place(t, a, "Sandy End")
	good := NewPopulation{Residents: 6_000, AsAt: date.Must("2021-03-21"), Source: "Census", Seasons: []Season{summer}}
	for field, spoil := range map[string]func(*NewPopulation){
		"residents": func(n *NewPopulation) { n.Residents = 0 },
		"as_at":     func(n *NewPopulation) { n.AsAt = date.Of(noon).AddDays(1) },
		"source":    func(n *NewPopulation) { n.Source = "  " },
		"season-1":  func(n *NewPopulation) { n.Seasons = []Season{{From: summer.From, Until: summer.Until, People: 1}} },
		"people-1":  func(n *NewPopulation) { n.Seasons = []Season{{Name: "Summer", From: summer.From, Until: summer.Until}} },
		"from-1":    func(n *NewPopulation) { n.Seasons[0].Until = MonthDay{time.February, 30} },
		"from-2": func(n *NewPopulation) {
			n.Seasons = append(n.Seasons, Season{"August", MonthDay{time.August, 1}, MonthDay{time.August, 2}, 9})
		},
		"seasons": func(n *NewPopulation) { n.Seasons = make([]Season, 7) },
	} {
		n := good
		n.Seasons = []Season{summer}
		spoil(&n)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := a.SetPopulationIn(t.Context(), tx, operator, resort, n)
			return err
		})
		invalid, ok := errors.AsType[fault.Invalid](err)
		if !ok || invalid.For(field) == "" {
			t.Errorf("%s: %v", field, err)
		}
	}
	worker := access.Actor{Person: "p", Hat: access.Hat{Role: access.Worker, Scope: access.InArea, Place: string(resort.ID)}}
	if _, err := a.SetPopulation(t.Context(), worker, resort, NewPopulation{Form: "f"}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a worker: %v", err)
	}
}
