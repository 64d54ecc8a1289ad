package area

import (
	"context"
	"errors"
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
	"commontable/internal/geography"
)

// A Boundary is which small areas make up an area, from a day on. It has
// versions: a changed set is a further one, and figures that were made by an
// older one stay as they were.
type Boundary struct {
	Area        ID
	Number      int64
	From        date.Date
	Basis       string    // how the small areas were found
	ConfirmedBy string    // who confirmed it; "" while nobody has
	ConfirmedOn date.Date // when
	LSOAs       []string  // codes of 2021, in order
	SetBy       access.PersonID
	SetAt       time.Time
}

// NewBoundary is what is said of an area's boundary.
type NewBoundary struct {
	Form        string
	LSOAs       []string // codes of 2021, in any order
	From        date.Date
	Basis       string
	ConfirmedBy string
	ConfirmedOn date.Date
}

const (
	mostLSOAs = 200 // an area has about ten thousand people, a small area 1,500
	invented  = "X" // how the codes of invented small areas begin
)

// Codes reads codes as people write them: with spaces, commas or lines between.
func Codes(typed string) []string {
	var all []string
	for _, code := range betweenCodes.Split(strings.ToUpper(typed), -1) {
		if code != "" {
			all = append(all, code)
		}
	}
	return all
}

// Check says what is wrong with n on the day that it is said, if anything.
func (n NewBoundary) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	codes := slices.Sorted(slices.Values(n.LSOAs))
	switch {
	case len(codes) == 0:
		wrong.Add("lsoas", "Enter the codes of the small areas that make up this area")
	case len(codes) > mostLSOAs:
		wrong.Add("lsoas", fmt.Sprintf("Enter %d small areas at most: this has %d", mostLSOAs, len(codes)))
	}
	for i, code := range codes {
		switch {
		case !lsoaCode.MatchString(code):
			wrong.Add("lsoas", wrongLSOA(code))
		case i > 0 && codes[i-1] == code:
			wrong.Add("lsoas", "Give each small area once: "+code+" is here twice")
		}
	}
	switch {
	case n.From.IsZero():
		wrong.Add("from", "Enter the day from which this is the boundary")
	case n.From.After(today):
		wrong.Add("from", "Enter a day that has come: a boundary is recorded when it is in force")
	}
	checkText(&wrong, "basis", tidy(n.Basis), longestText)
	checkText(&wrong, "confirmed_by", tidy(n.ConfirmedBy), longestName)
	switch {
	case n.ConfirmedOn.After(today):
		wrong.Add("confirmed_on", "Enter a day that has come")
	case n.ConfirmedBy == "" && !n.ConfirmedOn.IsZero():
		wrong.Add("confirmed_by", "Say who confirmed it, or leave the day empty")
	case tidy(n.ConfirmedBy) != "" && n.ConfirmedOn.IsZero():
		wrong.Add("confirmed_on", "Enter the day on which it was confirmed")
	}
	return wrong
}

// SetBoundary records a further version of an area's boundary. Sent twice, it
// counts once.
func (a *Areas) SetBoundary(ctx context.Context, by access.Actor, area Area, n NewBoundary) (number int64, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		content := []any{area.ID, n.LSOAs, n.From.String(), tidy(n.Basis), tidy(n.ConfirmedBy), n.ConfirmedOn.String()}
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: a.Now()}, func() (string, error) {
			b, err := a.SetBoundaryIn(ctx, tx, by, area, n)
			return strconv.FormatInt(b.Number, 10), err
		})
		if err != nil {
			return err
		}
		number, err = strconv.ParseInt(subject, 10, 64)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("set boundary: %w", err)
	}
	return number, nil
}

// SetBoundaryIn is SetBoundary as part of a transaction.
func (a *Areas) SetBoundaryIn(ctx context.Context, tx *db.Tx, by access.Actor, area Area, n NewBoundary) (Boundary, error) {
	if err := by.Must(access.ManageAreas, area.Place()); err != nil {
		return Boundary{}, err
	}
	if err := n.Check(date.Of(a.Now())).OrNil(); err != nil {
		return Boundary{}, err
	}
	if err := mustBeReal(ctx, tx, n.LSOAs); err != nil {
		return Boundary{}, err
	}
	b := Boundary{
		Area: area.ID, From: n.From, Basis: tidy(n.Basis), ConfirmedBy: tidy(n.ConfirmedBy), ConfirmedOn: n.ConfirmedOn,
		LSOAs: slices.Sorted(slices.Values(n.LSOAs)),
	}
	last, err := lastBoundary(ctx, tx, area.ID)
	switch {
	case errors.Is(err, fault.NotFound):
	case err != nil:
		return Boundary{}, err
	case n.From.Before(last.From):
		return Boundary{}, fault.Invalid{{Field: "from", Words: "Enter " + last.From.Long() + " or a later day: the boundary before this one is in force from then"}}
	case slices.Equal(last.LSOAs, b.LSOAs) && (b.ConfirmedBy == "" || last.ConfirmedBy == b.ConfirmedBy && last.ConfirmedOn == b.ConfirmedOn):
		return Boundary{}, fault.Invalid{{Field: "lsoas", Words: "Change these small areas, or say who confirmed them: they are the boundary that is in force already"}}
	}
	if err := a.nextBoundary(ctx, tx, by, b); err != nil {
		return Boundary{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE areas SET boundary_basis = $1 WHERE id = $2`, b.Basis, area.ID); err != nil {
		return Boundary{}, err
	}
	return lastBoundary(ctx, tx, area.ID)
}

// mustBeReal refuses the codes of invented small areas anywhere but in a
// demonstration: what is invented never mixes with what is real.
func mustBeReal(ctx context.Context, tx *db.Tx, codes []string) error {
	i := slices.IndexFunc(codes, func(code string) bool { return strings.HasPrefix(code, invented) })
	if i < 0 {
		return nil
	}
	here, err := InstallationOf(ctx, tx)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	if here.Kind != Demonstration {
		return fault.Invalid{{Field: "lsoas", Words: "Leave out " + codes[i] + ": a code that begins with X is of an invented place"}}
	}
	return nil
}

// nextBoundary keeps a boundary that was checked as the next version, with the
// history and the people that go with it.
func (a *Areas) nextBoundary(ctx context.Context, tx *db.Tx, by access.Actor, b Boundary) error {
	last, err := lastBoundary(ctx, tx, b.Area)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	b.Number, b.SetBy, b.SetAt = last.Number+1, by.Person, a.Now()
	if b.From.Before(last.From) {
		b.From = last.From
	}
	if err := keepBoundary(ctx, tx, b); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(b.Area), Act: "boundary set", Subject: string(b.Area), By: by, At: b.SetAt,
		Facts:   facts("version", strconv.FormatInt(b.Number, 10), "from", b.From.String(), "small areas", strings.Join(b.LSOAs, " "), "confirmed on", b.ConfirmedOn.String()),
		Private: strings.TrimSpace(b.Basis + "\n" + b.ConfirmedBy),
	}); err != nil {
		return err
	}
	return a.workOutPopulation(ctx, tx, by, b.Area, b.LSOAs)
}

func keepBoundary(ctx context.Context, tx *db.Tx, b Boundary) error {
	if _, err := tx.Exec(ctx, `
		INSERT INTO area_boundaries (area_id, number, from_on, basis, confirmed_by, confirmed_on, set_by, set_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		b.Area, b.Number, b.From, b.Basis, b.ConfirmedBy, b.ConfirmedOn, b.SetBy, b.SetAt); err != nil {
		return err
	}
	was, err := LSOAs(ctx, tx, b.Area)
	if err != nil {
		return err
	}
	for _, code := range b.LSOAs {
		if _, err := tx.Exec(ctx, `
			INSERT INTO area_boundary_lsoas (area_id, number, code) VALUES ($1, $2, $3)`, b.Area, b.Number, code); err != nil {
			return err
		}
	}
	if err := deleteLSOAs(ctx, tx, b.Area, without(was, b.LSOAs)); err != nil {
		return err
	}
	return insertLSOAs(ctx, tx, b.Area, without(b.LSOAs, was))
}

func scanBoundary(r db.Row) (b Boundary, err error) {
	return b, r.Scan(&b.Area, &b.Number, &b.From, &b.Basis, &b.ConfirmedBy, &b.ConfirmedOn, &b.SetBy, &b.SetAt)
}

func lastBoundary(ctx context.Context, tx *db.Tx, aid ID) (Boundary, error) {
	b, err := db.One(ctx, tx, scanBoundary, `
		SELECT area_id, number, from_on, basis, confirmed_by, confirmed_on, set_by, set_at FROM area_boundaries
		WHERE area_id = $1 ORDER BY number DESC LIMIT 1`, aid)
	if err != nil {
		return Boundary{}, err
	}
	b.LSOAs, err = LSOAs(ctx, tx, aid)
	return b, err
}

// Boundaries lists every version of an area's boundary, the first one first.
func Boundaries(ctx context.Context, tx *db.Tx, aid ID) ([]Boundary, error) {
	all, err := db.All(ctx, tx, scanBoundary, `
		SELECT area_id, number, from_on, basis, confirmed_by, confirmed_on, set_by, set_at FROM area_boundaries
		WHERE area_id = $1 ORDER BY number`, aid)
	if err != nil {
		return nil, err
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var number int64
		var code string
		err := r.Scan(&number, &code)
		b := &all[number-1]
		b.LSOAs = append(b.LSOAs, code)
		return err
	}, `SELECT number, code FROM area_boundary_lsoas WHERE area_id = $1 ORDER BY number, code`, aid)
	return all, err
}

// BoundaryOn is the version of an area's boundary that was in force on a day, or
// fault.NotFound.
func BoundaryOn(ctx context.Context, tx *db.Tx, aid ID, day date.Date) (Boundary, error) {
	all, err := Boundaries(ctx, tx, aid)
	if err != nil {
		return Boundary{}, err
	}
	for _, b := range slices.Backward(all) {
		if !b.From.After(day) {
			return b, nil
		}
	}
	return Boundary{}, fault.NotFound
}

// ImportGeography keeps files about small areas that were read, and works out
// from them how many people live in each area. All of it is kept or nothing.
func (a *Areas) ImportGeography(ctx context.Context, by access.Actor, packs []geography.Pack, dryRun bool) (reports []geography.Report, worked int, err error) {
	transaction := a.DB.Write
	if dryRun {
		transaction = a.DB.Read
	}
	err = transaction(ctx, func(tx *db.Tx) error {
		reports, worked, err = a.ImportGeographyIn(ctx, tx, by, packs, dryRun)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("import geography: %w", err)
	}
	return reports, worked, nil
}

// ImportGeographyIn is ImportGeography as part of a transaction.
func (a *Areas) ImportGeographyIn(ctx context.Context, tx *db.Tx, by access.Actor, packs []geography.Pack, dryRun bool) (reports []geography.Report, worked int, err error) {
	g := &geography.Packs{DB: a.DB, IDs: a.IDs, Now: a.Now}
	reports, err = g.ImportIn(ctx, tx, by, packs, dryRun)
	if err != nil || dryRun {
		return reports, 0, err
	}
	for _, r := range reports {
		if len(r.Faults) > 0 {
			return reports, 0, nil
		}
	}
	if worked, err = a.workOutPopulations(ctx, tx, by); err != nil {
		return nil, 0, err
	}
	return reports, worked, nil
}

// workOutPopulations records how many people live in every area whose small
// areas are known, and says of how many that was news.
func (a *Areas) workOutPopulations(ctx context.Context, tx *db.Tx, by access.Actor) (worked int, err error) {
	programmes, err := Programmes(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, p := range programmes {
		lsoas, err := lsoasOf(ctx, tx, p.ID)
		if err != nil {
			return 0, err
		}
		var codes []string
		for _, of := range lsoas {
			codes = append(codes, of...)
		}
		known, err := geography.PeopleOf(ctx, tx, codes)
		if err != nil {
			return 0, err
		}
		all, err := All(ctx, tx, p.ID)
		if err != nil {
			return 0, err
		}
		for _, area := range all {
			news, err := a.keepWorkedOut(ctx, tx, by, area.ID, lsoas[area.ID], known)
			if err != nil {
				return 0, err
			}
			worked += news
		}
	}
	return worked, nil
}

// workOutPopulation is workOutPopulations of one area.
func (a *Areas) workOutPopulation(ctx context.Context, tx *db.Tx, by access.Actor, aid ID, codes []string) error {
	if len(codes) == 0 {
		return nil
	}
	known, err := geography.PeopleOf(ctx, tx, codes)
	if err != nil {
		return err
	}
	_, err = a.keepWorkedOut(ctx, tx, by, aid, codes, known)
	return err
}

// keepWorkedOut records the sum of an area's small areas, unless one of them is
// not known or the same was recorded before.
func (a *Areas) keepWorkedOut(ctx context.Context, tx *db.Tx, by access.Actor, aid ID, codes []string, known geography.Facts) (news int, err error) {
	sum, whole := known.Sum(codes)
	if !whole || sum.People < 1 || known.People.AsAt.After(date.Of(a.Now())) {
		return 0, nil
	}
	p := Population{
		Area: aid, Residents: sum.People, AsAt: known.People.AsAt, Estimate: sum.Status == geography.Estimated, Basis: FromSmallAreas,
		Source: known.People.Name + ", " + known.People.Source,
	}
	before, err := PopulationsOf(ctx, tx, aid)
	if err != nil {
		return 0, err
	}
	for _, b := range slices.Backward(before) {
		if b.Basis == p.Basis && b.AsAt == p.AsAt {
			if b.Residents == p.Residents && b.Estimate == p.Estimate && b.Source == p.Source {
				return 0, nil
			}
			break
		}
	}
	// Who comes for a season was not counted with the residents: it stays as it was told.
	if told, known := inForce(before, p.AsAt); known {
		p.Seasons = slices.Clone(told.Seasons)
	}
	_, err = a.keepPopulation(ctx, tx, by, p)
	return 1, err
}
