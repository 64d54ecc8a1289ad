// Package area keeps the installation, its programmes with their rule books,
// and the areas: the register from which every other record takes its place
// (S01).
//
// An area is kept as it is known. What is not known is left empty and said so
// (Area.Missing); nothing is guessed, and how a thing is known stands beside
// it. States describe and impose nothing (P01). A slug, once given, stays.
package area

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/organisation"
)

// An ID names an area.
type ID string

// Areas is everything that can be done with the installation, programmes and areas.
type Areas struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time

	// Ends says in words what people were given time for that would end between two
	// days, the last not counted, or "": an area does not close over it (R37). It may be nil.
	Ends func(ctx context.Context, tx *db.Tx, a ID, from, until date.Date) (string, error)
}

func newID[T ~string](a *Areas) T { return id.New[T](a.IDs) }

// An Area is a neighbourhood in a programme. Empty is what is not known.
type Area struct {
	ID             ID
	Programme      ProgrammeID
	Slug, Name     string
	Region, Nation string
	AuthorityName  string // as the source writes it: "North Yorkshire (then Scarborough)"
	AuthorityCode  string // GSS: nine characters
	AuthorityBasis string // how the authority is known: stated, inferred …
	Wave           string // in which the area was chosen
	Source         string // where its being in the programme is evidenced
	Confidence     string // how sure that is
	BoundaryBasis  string // how the small areas that make it up were found
	Setting        string // what kind of place it is: "coastal; small town" (Settings)
	Stage          Stage  // how far it has come with its money
}

// Place is the area as a place in which permissions are held.
func (a Area) Place() access.Place {
	return access.Place{Programme: string(a.Programme), Area: string(a.ID)}
}

// Missing says in words what is not known of the area, given how many small
// areas make it up.
func (a Area) Missing(lsoas int) []string {
	var missing []string
	if a.Region == "" {
		missing = append(missing, "its region")
	}
	switch {
	case a.AuthorityName == "" && a.AuthorityCode == "":
		missing = append(missing, "its local authority")
	case a.AuthorityName == "":
		missing = append(missing, "its local authority’s name")
	}
	if lsoas == 0 {
		missing = append(missing, "its boundary (which small areas make it up)")
	}
	return missing
}

// NewArea is what is said of an area to add it. Only its name must be known.
type NewArea struct {
	Name, Region, Nation                         string
	AuthorityName, AuthorityCode, AuthorityBasis string
	Wave, Source, Confidence, BoundaryBasis      string
	Setting                                      string    // of Settings, one or several with a semicolon between them
	LSOAs                                        []string  // codes of 2021, in any order
	BoundaryFrom                                 date.Date // the day from which they make it up; no day: today
}

const (
	longestName = 200
	longestText = 2000
)

var (
	lsoaCode = regexp.MustCompile(`^[EWSX]01[0-9]{6}$`) // X is of invented places
	gssCode  = regexp.MustCompile(`^[ENSW][0-9]{8}$`)
)

// text names the fields of n that are plain text, in the order of a form.
func (n *NewArea) text() []struct {
	field string
	value *string
	most  int
} {
	return []struct {
		field string
		value *string
		most  int
	}{
		{"name", &n.Name, longestName},
		{"authority_name", &n.AuthorityName, longestName},
		{"authority_code", &n.AuthorityCode, longestName},
		{"authority_basis", &n.AuthorityBasis, longestText},
		{"region", &n.Region, longestName},
		{"nation", &n.Nation, longestName},
		{"wave", &n.Wave, longestName},
		{"source", &n.Source, longestText},
		{"confidence", &n.Confidence, longestText},
		{"boundary_basis", &n.BoundaryBasis, longestText},
		{"setting", &n.Setting, longestText},
	}
}

func (n NewArea) tidy() NewArea {
	for _, t := range n.text() {
		*t.value = tidy(*t.value)
	}
	n.Setting = tidySetting(n.Setting)
	n.LSOAs = slices.Sorted(slices.Values(n.LSOAs))
	return n
}

// Check says what is wrong with n, if anything.
func (n NewArea) Check() fault.Invalid {
	var wrong fault.Invalid
	n = n.tidy()
	if n.Name == "" {
		wrong.Add("name", "Enter the area’s name")
	}
	for _, t := range n.text() {
		checkText(&wrong, t.field, *t.value, t.most)
	}
	checkSetting(&wrong, n.Setting)
	if n.AuthorityCode != "" && !gssCode.MatchString(n.AuthorityCode) {
		wrong.Add("authority_code", wrongGSS(n.AuthorityCode))
	}
	for i, code := range n.LSOAs {
		switch {
		case !lsoaCode.MatchString(code):
			wrong.Add("lsoas", wrongLSOA(code))
		case i > 0 && n.LSOAs[i-1] == code:
			wrong.Add("lsoas", "Give each small area once: "+code+" is here twice")
		}
	}
	return wrong
}

func wrongGSS(code string) string {
	return fmt.Sprintf("Give the authority’s GSS code, a letter E, N, S or W and eight digits such as E08000025: %q is not one", shortened(code))
}

func wrongLSOA(code string) string {
	return fmt.Sprintf("Give LSOA codes of 2021, such as E01008976, W01000001 or S01006506: %q is not one", shortened(code))
}

// shortened keeps a message readable whatever was sent.
func shortened(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// checkText refuses what is too long or cannot be shown.
func checkText(wrong *fault.Invalid, field, s string, most int) {
	if words := wrongText(s, most); words != "" {
		wrong.Add(field, words)
	}
}

func wrongText(s string, most int) string {
	if n := utf8.RuneCountInString(s); n > most {
		return fmt.Sprintf("Shorten this to %d characters: it has %d", most, n)
	}
	unshowable := func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unshowable) {
		return "Type this again: it holds characters that cannot be shown"
	}
	return ""
}

// AddIn adds an area to a programme, in the caller's transaction.
func (a *Areas) AddIn(ctx context.Context, tx *db.Tx, by access.Actor, p ProgrammeID, n NewArea) (Area, error) {
	if err := by.Must(access.ManageAreas, access.Place{Programme: string(p)}); err != nil {
		return Area{}, err
	}
	n = n.tidy()
	if err := n.Check().OrNil(); err != nil {
		return Area{}, err
	}
	if err := mustBeReal(ctx, tx, n.LSOAs); err != nil {
		return Area{}, err
	}
	if _, err := ProgrammeByID(ctx, tx, p); err != nil {
		return Area{}, fmt.Errorf("add area: %w", err)
	}
	return a.add(ctx, tx, by, p, n, "")
}

// add is AddIn for what was checked already; file is what it was read from.
func (a *Areas) add(ctx context.Context, tx *db.Tx, by access.Actor, p ProgrammeID, n NewArea, file string) (Area, error) {
	area := n.area(newID[ID](a), p)
	now := a.Now()
	if err := insertArea(ctx, tx, &area, now); err != nil {
		if db.IsDuplicate(err) {
			return Area{}, fault.New(fault.Conflict, fmt.Sprintf("There is an area called %s in the same local authority already. Change that one.", n.Name))
		}
		return Area{}, fmt.Errorf("add area: %w", err)
	}
	if len(n.LSOAs) > 0 {
		from := n.BoundaryFrom
		if from.IsZero() {
			from = date.Of(now)
		}
		if err := keepBoundary(ctx, tx, Boundary{Area: area.ID, Number: 1, From: from, Basis: area.BoundaryBasis, LSOAs: n.LSOAs, SetBy: by.Person, SetAt: now}); err != nil {
			return Area{}, fmt.Errorf("add area: %w", err)
		}
	}
	f := facts("slug", area.Slug, "file", file, "small areas", strings.Join(n.LSOAs, " "))
	for _, t := range n.text() {
		if *t.value != "" {
			f[strings.ReplaceAll(t.field, "_", " ")] = *t.value
		}
	}
	if err := audit.Record(ctx, tx, a.IDs, audit.Event{
		Stream: string(area.ID), Act: "area added", Subject: string(area.ID), By: by, At: now, Facts: f,
	}); err != nil {
		return Area{}, err
	}
	return area, a.workOutPopulation(ctx, tx, by, area.ID, n.LSOAs)
}

func (n NewArea) area(aid ID, p ProgrammeID) Area {
	return Area{
		ID: aid, Programme: p, Name: n.Name, Region: n.Region, Nation: n.Nation,
		AuthorityName: n.AuthorityName, AuthorityCode: n.AuthorityCode, AuthorityBasis: n.AuthorityBasis,
		Wave: n.Wave, Source: n.Source, Confidence: n.Confidence, BoundaryBasis: n.BoundaryBasis,
		Setting: n.Setting,
	}
}

// slugs offers slugs for an area, one after another: its name, its name and
// authority, and those with a number.
func (a Area) slugs(yield func(string) bool) {
	base := organisation.Slug(a.Name)
	if !yield(base) {
		return
	}
	if a.AuthorityName != "" {
		base = organisation.Slug(a.Name + " " + a.AuthorityName)
		if !yield(base) {
			return
		}
	}
	for next := 2; yield(base + "-" + strconv.Itoa(next)); next++ {
	}
}
