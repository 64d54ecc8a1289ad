// Package organisation keeps every organisation once: funders, locally trusted
// organisations, employers, suppliers, agencies, partners and groups (S33).
//
// An organisation is known by its name, the kinds of thing it is to the
// programme, and the numbers under which public registers list it. Layers of
// government are organisations of their own (R41): a county is not its
// districts. A number names one organisation on any one day, so that nobody is
// entered twice under two spellings.
package organisation

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// An ID names an organisation.
type ID string

// A Kind is what an organisation is to the programme. It may be several.
type Kind string

// The kinds.
const (
	Funder   Kind = "funder"
	LTO      Kind = "lto" // locally trusted organisation, or accountable body: it holds an area's money (S17)
	Employer Kind = "employer"
	Supplier Kind = "supplier"
	Agency   Kind = "agency" // of the public: each layer of government is one of its own (R41)
	Partner  Kind = "partner"
	Group    Kind = "group" // of residents, with or without a constitution
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Funder, LTO, Employer, Supplier, Agency, Partner, Group} }

// An Identifier is an organisation's number in a public register, by the codes
// of org-id.guide: "GB-CHC" is the Charity Commission for England and Wales.
type Identifier struct {
	List, Number string
	From, Until  date.Date // the first day it holds, and the first on which it no longer does; zero where not known
}

// OrgID is the form in which open data gives it: "GB-CHC-1234567".
func (i Identifier) OrgID() string {
	if i.List == "" && i.Number == "" {
		return ""
	}
	return i.List + "-" + i.Number
}

var orgID = regexp.MustCompile(`^([A-Z]{2}-[A-Z0-9_]+)-(\S{1,50})$`)

// ParseOrgID reads "GB-CHC-1234567".
func ParseOrgID(s string) (Identifier, error) {
	m := orgID.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return Identifier{}, fault.Invalid{{
			Field: "identifier",
			Words: "Give the register and the number as org-id.guide does, such as GB-CHC-1234567 for a charity or GB-COH-01234567 for a company",
		}}
	}
	return Identifier{List: m[1], Number: m[2]}, nil
}

// An Organisation is what is known of one.
type Organisation struct {
	ID                   ID
	Slug, Name, Postcode string
	Kinds                []Kind       // in the order of their codes
	Identifiers          []Identifier // in the order of their registers and numbers
}

// Is reports whether the organisation is of a kind.
func (o Organisation) Is(k Kind) bool { return slices.Contains(o.Kinds, k) }

// OrgID is the identifier that is in force, in the form of open data; "" where
// none is known.
func (o Organisation) OrgID(on date.Date) string {
	for _, i := range o.Identifiers {
		if (i.From.IsZero() || !on.Before(i.From)) && (i.Until.IsZero() || on.Before(i.Until)) {
			return i.OrgID()
		}
	}
	return ""
}

// New is what is said of an organisation to add it.
type New struct {
	Name, Postcode string
	Kinds          []Kind
	Identifiers    []Identifier
}

const longestName = 200

var postcode = regexp.MustCompile(`^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$`)

func (n New) tidy() New {
	n.Name = strings.Join(strings.Fields(n.Name), " ")
	n.Postcode = tidyPostcode(n.Postcode)
	n.Kinds = slices.Compact(slices.Sorted(slices.Values(n.Kinds)))
	return n
}

// tidyPostcode writes a postcode in capitals, with its one space.
func tidyPostcode(s string) string {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	if len(s) > 3 {
		s = s[:len(s)-3] + " " + s[len(s)-3:]
	}
	return s
}

// Check says what is wrong with n, if anything.
func (n New) Check() fault.Invalid {
	var wrong fault.Invalid
	n = n.tidy()
	switch {
	case n.Name == "":
		wrong.Add("name", "Enter the organisation’s name")
	case utf8.RuneCountInString(n.Name) > longestName:
		wrong.Add("name", fmt.Sprintf("Shorten the name to %d characters", longestName))
	case !printable(n.Name):
		wrong.Add("name", "Type the name again: it holds characters that cannot be shown")
	}
	if n.Postcode != "" && !postcode.MatchString(n.Postcode) {
		wrong.Add("postcode", "Enter a full postcode, such as B14 5AB, or leave it empty")
	}
	if len(n.Kinds) == 0 {
		wrong.Add("kinds", "Choose at least one kind of organisation")
	}
	for _, k := range n.Kinds {
		if !slices.Contains(Kinds(), k) {
			wrong.Add("kinds", fmt.Sprintf("Choose from the list: %q is not a kind of organisation", k))
		}
	}
	seen := map[string]bool{}
	for _, i := range n.Identifiers {
		switch {
		case !orgID.MatchString(i.OrgID()):
			wrong.Add("identifiers", "Give the register and the number as org-id.guide does, such as GB-CHC and 1234567")
		case seen[i.OrgID()]:
			wrong.Add("identifiers", "Give each number once: "+i.OrgID()+" is here twice")
		case !i.Until.IsZero() && !i.From.Before(i.Until):
			wrong.Add("identifiers", "Make "+i.OrgID()+" end on a later day than it begins")
		}
		seen[i.OrgID()] = true
	}
	return wrong
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError })
}

// Organisations is everything that can be done with organisations.
type Organisations struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}

// AddIn adds an organisation in the caller's transaction. An organisation is
// added in the course of something else (an LTO is chosen, a programme begun),
// so it is that act's permission that is asked for, by who does it; here it is
// only asked that somebody does.
func (o *Organisations) AddIn(ctx context.Context, tx *db.Tx, by access.Actor, n New) (Organisation, error) {
	if !by.SignedIn() {
		return Organisation{}, fault.New(fault.Forbidden, "Sign in first: without that you may not add an organisation.")
	}
	n = n.tidy()
	if err := n.Check().OrNil(); err != nil {
		return Organisation{}, err
	}
	for _, i := range n.Identifiers {
		if err := notTaken(ctx, tx, i); err != nil {
			return Organisation{}, err
		}
	}
	now := o.Now()
	added := Organisation{ID: id.New[ID](o.IDs), Name: n.Name, Postcode: n.Postcode}
	if err := insert(ctx, tx, &added, n, now); err != nil {
		return Organisation{}, fmt.Errorf("add organisation: %w", err)
	}
	facts := map[string]string{"name": added.Name, "slug": added.Slug}
	for _, i := range n.Identifiers {
		facts["identifier "+i.OrgID()] = i.From.String() + "/" + i.Until.String()
	}
	for _, k := range n.Kinds {
		facts["kind "+string(k)] = "yes"
	}
	if err := audit.Record(ctx, tx, o.IDs, audit.Event{
		Stream: audit.Installation, Act: "organisation added", Subject: string(added.ID), By: by, At: now, Facts: facts,
	}); err != nil {
		return Organisation{}, err
	}
	return ByID(ctx, tx, added.ID)
}

// notTaken refuses a number that names another organisation on any of the same
// days. A successor may take a number over from the day its owner gave it up.
func notTaken(ctx context.Context, tx *db.Tx, i Identifier) error {
	owners, err := owners(ctx, tx, i)
	if err != nil {
		return err
	}
	for _, o := range owners {
		before := !o.until.IsZero() && !i.From.IsZero() && !i.From.Before(o.until)
		after := !i.Until.IsZero() && !o.from.IsZero() && !o.from.Before(i.Until)
		if !before && !after {
			return fault.New(fault.Conflict, fmt.Sprintf("%s is here already as %s. Choose it instead of adding it again.", i.OrgID(), o.name))
		}
	}
	return nil
}
