package area

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A PopulationID names one count of an area's people.
type PopulationID string

// A Basis is how a population came to be known here.
type Basis string

// The bases.
const (
	Told           Basis = "told"        // somebody entered it
	FromSmallAreas Basis = "small areas" // added up of the small areas that make up the area
)

// A Population is how many people live in an area, as counted on a day. A money
// figure for each of them means little without that day, nor where many more
// are there in summer (002:75).
type Population struct {
	ID        PopulationID
	Area      ID
	Residents int64 // those who live there all year
	AsAt      date.Date
	Estimate  bool // worked out or guessed, and not counted
	Basis     Basis
	Source    string
	Seasons   []Season
	SetBy     access.PersonID
	SetAt     time.Time
	Later     bool // counted only after the day that was asked for
}

// A Season is a part of every year in which another number of people are there.
// It may run over the new year.
type Season struct {
	Name        string
	From, Until MonthDay // first and last day
	People      int64
}

// A MonthDay is a day of every year.
type MonthDay struct {
	Month time.Month
	Day   int
}

// String is for people: "1 June".
func (d MonthDay) String() string {
	if !d.exists() {
		return ""
	}
	return strconv.Itoa(d.Day) + " " + d.Month.String()
}

// exists reports whether there is such a day, if only in some years.
func (d MonthDay) exists() bool {
	day := date.New(leapYear, d.Month, d.Day)
	return day.Year() == leapYear && day.Month() == d.Month && day.Day() == d.Day
}

const leapYear = 2024

func (d MonthDay) number() int64 { return int64(d.Month)*100 + int64(d.Day) }

func monthDay(number int64) MonthDay { return MonthDay{time.Month(number / 100), int(number % 100)} }

// holds reports whether a day of a year lies in the season.
func (s Season) holds(day int64) bool {
	from, until := s.From.number(), s.Until.number()
	if from <= until {
		return from <= day && day <= until
	}
	return day >= from || day <= until
}

// PeopleOn is how many people are there on a day of the year: those of the
// season that it lies in, or else the residents.
func (p Population) PeopleOn(day date.Date) int64 {
	number := MonthDay{day.Month(), day.Day()}.number()
	for _, s := range p.Seasons {
		if s.holds(number) {
			return s.People
		}
	}
	return p.Residents
}

// OverAYear is how many people are there on an average day of a year, each
// season counting for its days: what a pound a head is divided by where many
// come for a part of the year. Without seasons it is the residents.
func (p Population) OverAYear() int64 {
	if len(p.Seasons) == 0 {
		return p.Residents
	}
	const days = 365
	var sum int64
	for day, n := date.New(leapYear+1, time.January, 1), 0; n < days; n++ {
		sum += p.PeopleOn(day.AddDays(n))
	}
	return (sum + days/2) / days
}

// NewPopulation is what is said of an area's people on a day.
type NewPopulation struct {
	Form      string
	Residents int64
	AsAt      date.Date
	Estimate  bool
	Source    string
	Seasons   []Season
}

const (
	mostPeople  = 10_000_000 // in one neighbourhood
	mostSeasons = 6
)

// Check says what is wrong with n on the day that it is said, if anything.
func (n NewPopulation) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Residents < 1 || n.Residents > mostPeople {
		wrong.Add("residents", "Enter how many people live there, as a whole number from 1 to 10,000,000")
	}
	switch {
	case n.AsAt.IsZero():
		wrong.Add("as_at", "Enter the day for which the number is true")
	case n.AsAt.After(today):
		wrong.Add("as_at", "Enter a day that has come: people are counted, not foretold")
	case n.AsAt.Year() < 1801:
		wrong.Add("as_at", "Enter a day since the first census, in 1801")
	}
	source := tidy(n.Source)
	if source == "" {
		wrong.Add("source", "Say where the number comes from")
	}
	checkText(&wrong, "source", source, longestText)
	if len(n.Seasons) > mostSeasons {
		wrong.Add("seasons", fmt.Sprintf("Give %d seasons at most", mostSeasons))
	}
	for i, s := range n.Seasons {
		n.checkSeason(&wrong, i, s)
	}
	return wrong
}

func (n NewPopulation) checkSeason(wrong *fault.Invalid, i int, s Season) {
	field := func(of string) string { return of + "-" + strconv.Itoa(i+1) }
	name := tidy(s.Name)
	if name == "" {
		wrong.Add(field("season"), "Name the season, such as Summer")
	}
	checkText(wrong, field("season"), name, longestName)
	if !s.From.exists() || !s.Until.exists() {
		wrong.Add(field("from"), "Enter the first and the last day of the season, such as 1 June and 31 August")
		return
	}
	if s.People < 1 || s.People > mostPeople {
		wrong.Add(field("people"), "Enter how many people are there in the season, as a whole number from 1 to 10,000,000")
	}
	for _, before := range n.Seasons[:i] {
		if before.holds(s.From.number()) || s.holds(before.From.number()) {
			wrong.Add(field("from"), "Begin this season after another has ended: one day is in both")
		}
	}
}

// SetPopulation records how many people live in an area. Nothing that was
// recorded before is changed. Sent twice, it counts once.
func (a *Areas) SetPopulation(ctx context.Context, by access.Actor, area Area, n NewPopulation) (pid PopulationID, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{area.ID, n.Residents, n.AsAt.String(), n.Estimate, tidy(n.Source), n.Seasons}
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: a.Now()}, func() (string, error) {
			p, err := a.SetPopulationIn(ctx, tx, by, area, n)
			return string(p.ID), err
		})
		pid = PopulationID(subject)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("set population: %w", err)
	}
	return pid, nil
}

// SetPopulationIn is SetPopulation as part of a transaction.
func (a *Areas) SetPopulationIn(ctx context.Context, tx *db.Tx, by access.Actor, area Area, n NewPopulation) (Population, error) {
	if err := by.Must(access.ManageAreas, area.Place()); err != nil {
		return Population{}, err
	}
	if err := n.Check(date.Of(a.Now())).OrNil(); err != nil {
		return Population{}, err
	}
	return a.keepPopulation(ctx, tx, by, Population{
		Area: area.ID, Residents: n.Residents, AsAt: n.AsAt, Estimate: n.Estimate, Basis: Told, Source: tidy(n.Source), Seasons: slices.Clone(n.Seasons),
	})
}

// keepPopulation keeps what was checked.
func (a *Areas) keepPopulation(ctx context.Context, tx *db.Tx, by access.Actor, p Population) (Population, error) {
	p.ID, p.SetBy, p.SetAt = newID[PopulationID](a), by.Person, a.Now()
	if _, err := tx.Exec(ctx, `
		INSERT INTO area_populations (id, area_id, as_at, residents, estimate, basis, source, set_by, set_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Area, p.AsAt, p.Residents, p.Estimate, p.Basis, p.Source, p.SetBy, p.SetAt); err != nil {
		return Population{}, fmt.Errorf("keep population: %w", err)
	}
	f := facts("as at", p.AsAt.String(), "residents", strconv.FormatInt(p.Residents, 10), "basis", string(p.Basis), "estimate", strconv.FormatBool(p.Estimate))
	private := []string{p.Source}
	for i := range p.Seasons {
		s := &p.Seasons[i]
		s.Name = tidy(s.Name)
		if _, err := tx.Exec(ctx, `
			INSERT INTO area_population_seasons (population_id, position, name, from_day, until_day, people) VALUES ($1, $2, $3, $4, $5, $6)`,
			p.ID, i+1, s.Name, s.From.number(), s.Until.number(), s.People); err != nil {
			return Population{}, fmt.Errorf("keep season: %w", err)
		}
		f["season "+strconv.Itoa(i+1)] = fmt.Sprintf("%s to %s: %d", s.From, s.Until, s.People)
		private = append(private, s.Name)
	}
	return p, audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(p.Area), Act: "population set", Subject: string(p.ID), By: by, At: p.SetAt, Facts: f, Private: strings.Join(private, "\n"),
	})
}

// A row for each season of a population, or one without. In order of the basis
// too: "small areas" stands before "told", which is the one that counts.
const populationColumns = `p.id, p.area_id, p.as_at, p.residents, p.estimate, p.basis, p.source, p.set_by, p.set_at,
	COALESCE(s.name, ''), COALESCE(s.from_day, 0), COALESCE(s.until_day, 0), COALESCE(s.people, 0)`

func scanPopulation(r db.Row) (p Population, err error) {
	var s Season
	var from, until int64
	if err := r.Scan(&p.ID, &p.Area, &p.AsAt, &p.Residents, &p.Estimate, &p.Basis, &p.Source, &p.SetBy, &p.SetAt,
		&s.Name, &from, &until, &s.People); err != nil {
		return Population{}, err
	}
	if from != 0 {
		s.From, s.Until = monthDay(from), monthDay(until)
		p.Seasons = []Season{s}
	}
	return p, nil
}

// gathered puts the seasons of each population together.
func gathered(rows []Population) []Population {
	var all []Population
	for _, p := range rows {
		if last := len(all) - 1; last >= 0 && all[last].ID == p.ID {
			all[last].Seasons = append(all[last].Seasons, p.Seasons...)
			continue
		}
		all = append(all, p)
	}
	return all
}

// PopulationAmong is PopulationOn among an area's populations, as PopulationsOf
// lists them: for who asks about many days.
func PopulationAmong(all []Population, day date.Date) (Population, bool) { return inForce(all, day) }

// inForce chooses among populations, the oldest first, the one for a day: the
// latest that was counted by then, or else the earliest, marked Later.
func inForce(all []Population, day date.Date) (Population, bool) {
	for _, p := range slices.Backward(all) {
		if !p.AsAt.After(day) {
			return p, true
		}
	}
	if len(all) == 0 {
		return Population{}, false
	}
	// Of several records of the earliest day the last is the one.
	first := all[0]
	for _, p := range all[1:] {
		if p.AsAt == first.AsAt {
			first = p
		}
	}
	first.Later = true
	return first, true
}

// PopulationsOf lists every population that was recorded of an area, by the day
// of the count; of one day the last is the one that counts.
func PopulationsOf(ctx context.Context, tx *db.Tx, aid ID) ([]Population, error) {
	rows, err := db.All(ctx, tx, scanPopulation, `
		SELECT `+populationColumns+`
		FROM area_populations p LEFT JOIN area_population_seasons s ON s.population_id = p.id
		WHERE p.area_id = $1
		ORDER BY p.as_at, p.basis, p.id, s.position`, aid)
	return gathered(rows), err
}

// PopulationOn is an area's population for a day: the latest that was counted on
// or before it, or where there is none, the earliest known, marked Later. It
// reports false where none is known at all.
func PopulationOn(ctx context.Context, tx *db.Tx, aid ID, day date.Date) (Population, bool, error) {
	all, err := PopulationsOf(ctx, tx, aid)
	if err != nil {
		return Population{}, false, err
	}
	p, known := inForce(all, day)
	return p, known, nil
}

// PopulationsIn is PopulationOn for every area of a programme, in one query. An
// area that is not in it has none.
func PopulationsIn(ctx context.Context, tx *db.Tx, programme ProgrammeID, day date.Date) (map[ID]Population, error) {
	rows, err := db.All(ctx, tx, scanPopulation, `
		SELECT `+populationColumns+`
		FROM areas a JOIN area_populations p ON p.area_id = a.id LEFT JOIN area_population_seasons s ON s.population_id = p.id
		WHERE a.programme_id = $1
		ORDER BY p.area_id, p.as_at, p.basis, p.id, s.position`, programme)
	if err != nil {
		return nil, err
	}
	byArea := map[ID][]Population{}
	for _, p := range gathered(rows) {
		byArea[p.Area] = append(byArea[p.Area], p)
	}
	chosen := map[ID]Population{}
	for aid, all := range byArea {
		if p, known := inForce(all, day); known {
			chosen[aid] = p
		}
	}
	return chosen, nil
}
