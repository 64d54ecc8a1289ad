package area

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/geography"
)

// A Report says what an import did, or in a dry run what it would do.
type Report struct {
	Created, Updated, Unchanged int
	NotInFile                   int      // areas of the programme that the file lacks: they are left alone
	Changes                     []Change // what Updated changed, in the order of the file
	Lacking                     []Lack   // what is not known of areas that are kept all the same
	Faults                      []Fault  // in the order of the file; where there are any, nothing was done
	Ignored                     []string // columns that were not read
	DryRun                      bool
}

// A Change is one thing that an import changed about an area.
type Change struct{ Name, Field, Was, Is string }

// A Lack is what is not known of an area that is kept.
type Lack struct {
	Name string
	What []string
}

// A Fault is what is wrong with one cell, or row, of a file.
type Fault struct {
	Row    int    // as a spreadsheet numbers it; 0 for the file itself
	Column string // as the file names it; "" for the row itself
	Words  string // how to mend it
}

func (f Fault) String() string {
	switch {
	case f.Row == 0:
		return f.Words
	case f.Column == "":
		return fmt.Sprintf("row %d: %s", f.Row, f.Words)
	}
	return fmt.Sprintf("row %d, %s: %s", f.Row, f.Column, f.Words)
}

// Import reads a CSV file of areas into a programme: all of it or, where the
// report has faults, nothing. An area is known again by its name and local
// authority. What the file says of it takes the place of what was said before;
// a column that the file does not have says nothing. Reading a file again
// changes nothing, and no area is ever removed.
//
// An error is for what is not the file's doing.
func (a *Areas) Import(ctx context.Context, by access.Actor, programmeSlug string, file io.Reader, fileName string, dryRun bool) (Report, error) {
	f, err := readAreaFile(file, fileName)
	if err != nil {
		return Report{}, fmt.Errorf("import areas: %w", err)
	}
	transaction := a.DB.Write
	if dryRun || len(f.faults) > 0 {
		transaction = a.DB.Read
	}
	var report Report
	err = transaction(ctx, func(tx *db.Tx) error {
		report = Report{Ignored: f.ignored, DryRun: dryRun}
		return a.importIn(ctx, tx, by, programmeSlug, f, &report)
	})
	if err != nil {
		return Report{}, fmt.Errorf("import areas: %w", err)
	}
	return report, nil
}

func (a *Areas) importIn(ctx context.Context, tx *db.Tx, by access.Actor, programmeSlug string, f areaFile, report *Report) error {
	p, err := ProgrammeBySlug(ctx, tx, programmeSlug)
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, fmt.Sprintf("There is no programme %q here. Give the slug of one of the installation’s programmes.", shortened(programmeSlug)))
	}
	if err != nil {
		return err
	}
	if err := by.Must(access.ManageAreas, p.Place()); err != nil {
		return err
	}
	kept, err := keptAreas(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	steps, faults := kept.compare(f)
	if faults = append(slices.Clone(f.faults), faults...); len(faults) > 0 {
		slices.SortStableFunc(faults, func(a, b Fault) int { return a.Row - b.Row })
		report.Faults = faults
		return nil
	}
	report.NotInFile = len(kept.areas)
	for _, s := range steps {
		report.note(s)
		if report.DryRun {
			continue
		}
		if err := a.take(ctx, tx, by, p.ID, s, f.name); err != nil {
			return fmt.Errorf("row %d: %w", s.row, err)
		}
	}
	if report.DryRun || report.Created+report.Updated == 0 {
		return nil
	}
	return audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(p.ID), Act: "areas imported", Subject: string(p.ID), By: by, At: a.Now(),
		Facts: facts("file", f.name, "created", strconv.Itoa(report.Created), "updated", strconv.Itoa(report.Updated),
			"unchanged", strconv.Itoa(report.Unchanged), "not in file", strconv.Itoa(report.NotInFile)),
	})
}

// note counts a step and says what it changes and what is still lacking.
func (r *Report) note(s step) {
	switch {
	case s.was.ID == "":
		r.Created++
	case len(s.changes) > 0:
		r.Updated++
	default:
		r.Unchanged++
	}
	if s.was.ID != "" {
		r.NotInFile--
	}
	r.Changes = append(r.Changes, s.changes...)
	if what := s.is.area("", "").Missing(len(s.is.LSOAs)); len(what) > 0 {
		r.Lacking = append(r.Lacking, Lack{Name: s.is.Name, What: what})
	}
}

// A step is what one row of a file does: it adds an area, changes one, or, where
// there are no changes, leaves it as it is.
type step struct {
	row      int
	was      Area // the zero Area for one that is new
	wasLSOAs []string
	is       NewArea
	changes  []Change
}

func (a *Areas) take(ctx context.Context, tx *db.Tx, by access.Actor, p ProgrammeID, s step, fileName string) error {
	switch {
	case s.was.ID == "":
		_, err := a.add(ctx, tx, by, p, s.is, fileName)
		return err
	case len(s.changes) == 0:
		return nil
	}
	if err := updateArea(ctx, tx, s.was, s.is.area(s.was.ID, p)); err != nil {
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, fmt.Sprintf("Another area is called %s in the same local authority already. Change one of the two first.", s.is.Name))
		}
		return err
	}
	if !slices.Equal(s.wasLSOAs, s.is.LSOAs) {
		if err := a.nextBoundary(ctx, tx, by, Boundary{Area: s.was.ID, From: date.Of(a.Now()), Basis: s.is.BoundaryBasis, LSOAs: s.is.LSOAs}); err != nil {
			return err
		}
	}
	changed := facts("file", fileName)
	for _, c := range s.changes {
		changed[c.Field+" was"], changed[c.Field+" is"] = c.Was, c.Is
	}
	return audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(s.was.ID), Act: "area changed", Subject: string(s.was.ID), By: by, At: a.Now(), Facts: changed,
	})
}

// without is what of a is not in b; both are sorted.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool {
		_, in := slices.BinarySearch(b, s)
		return in
	})
}

// keptOf is a programme's areas as they are, found by what a file says of one.
type keptOf struct {
	areas                     []Area
	lsoas                     map[ID][]string
	byCode, byAuthority, bare map[string][]int
}

func keptAreas(ctx context.Context, tx *db.Tx, p ProgrammeID) (keptOf, error) {
	areas, err := All(ctx, tx, p)
	if err != nil {
		return keptOf{}, err
	}
	lsoas, err := lsoasOf(ctx, tx, p)
	if err != nil {
		return keptOf{}, err
	}
	k := keptOf{areas: areas, lsoas: lsoas, byCode: map[string][]int{}, byAuthority: map[string][]int{}, bare: map[string][]int{}}
	for i, a := range areas {
		code, authority, bare := placeKeys(a.Name, a.AuthorityCode, a.AuthorityName)
		for _, in := range []struct {
			index map[string][]int
			key   string
		}{{k.byCode, code}, {k.byAuthority, authority}, {k.bare, bare}} {
			if in.key != "" {
				in.index[in.key] = append(in.index[in.key], i)
			}
		}
	}
	return k, nil
}

// placeKeys is what a place is known by: its name with the code of its local
// authority, whichever of its codes that is; with that authority's name; or,
// where neither is known, alone.
func placeKeys(name, authorityCode, authorityName string) (code, authority, bare string) {
	name = strings.ToLower(name)
	if authorityCode != "" {
		code = name + "\n" + geography.CurrentAuthority(authorityCode)
	}
	if authorityName != "" {
		authority = name + "\n" + strings.ToLower(authorityName)
	}
	if code == "" && authority == "" {
		bare = name
	}
	return code, authority, bare
}

// find gives the areas that a row may be about: by the authority's code before
// its name, for councils are recoded and keep their names, and by the name
// alone only one whose authority was not known, where the file has that name
// once.
func (k keptOf) find(n NewArea, alone bool) []int {
	code, authority, _ := placeKeys(n.Name, n.AuthorityCode, n.AuthorityName)
	if found := k.byCode[code]; code != "" && len(found) > 0 {
		return found
	}
	if found := k.byAuthority[authority]; authority != "" && len(found) > 0 {
		return found
	}
	if !alone {
		return nil
	}
	return k.bare[strings.ToLower(n.Name)]
}

// compare says what each row of a file would do.
func (k keptOf) compare(f areaFile) (steps []step, faults []Fault) {
	named := map[string]int{}
	for _, r := range f.rows {
		named[strings.ToLower(r.area.Name)]++
	}
	rowOf := map[int]int{}
	for _, r := range f.rows {
		s := step{row: r.number, is: r.area}
		found := k.find(r.area, named[strings.ToLower(r.area.Name)] == 1)
		switch {
		case len(found) > 1:
			faults = append(faults, Fault{r.number, f.column("name"), fmt.Sprintf(
				"%d areas called %s fit this row. Give the local authority’s code and name as one of them has them", len(found), r.area.Name)})
			continue
		case len(found) == 1:
			if first, taken := rowOf[found[0]]; taken {
				faults = append(faults, Fault{r.number, f.column("name"), samePlace(r.area.Name, first)})
				continue
			}
			rowOf[found[0]] = r.number
			s.was = k.areas[found[0]]
			s.wasLSOAs = k.lsoas[s.was.ID]
			s.is = f.merge(s.was, s.wasLSOAs, r.area)
			s.changes = changes(s.was.Name, s.was.said(s.wasLSOAs), s.is)
		}
		steps = append(steps, s)
	}
	return steps, faults
}

func samePlace(name string, first int) string {
	return fmt.Sprintf("Keep one of the two rows: row %d is the same place, %s in the same local authority", first, shortened(name))
}

// said is an area as a NewArea would have said it.
func (a Area) said(lsoas []string) NewArea {
	return NewArea{
		Name: a.Name, Region: a.Region, Nation: a.Nation,
		AuthorityName: a.AuthorityName, AuthorityCode: a.AuthorityCode, AuthorityBasis: a.AuthorityBasis,
		Wave: a.Wave, Source: a.Source, Confidence: a.Confidence, BoundaryBasis: a.BoundaryBasis, Setting: a.Setting, LSOAs: lsoas,
	}
}

// changes lists what differs between an area as it was and as it is said to be.
func changes(name string, was, is NewArea) []Change {
	var all []Change
	now := is.text()
	for i, t := range was.text() {
		if *t.value != *now[i].value {
			all = append(all, Change{name, strings.ReplaceAll(t.field, "_", " "), *t.value, *now[i].value})
		}
	}
	if !slices.Equal(was.LSOAs, is.LSOAs) {
		all = append(all, Change{name, "small areas", strings.Join(was.LSOAs, " "), strings.Join(is.LSOAs, " ")})
	}
	return all
}
