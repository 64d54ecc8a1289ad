// Package geography keeps what is published about the country's small areas:
// their names, how one census's became the next's, deprivation, community needs,
// people and outlines (S01). It knows no programme and no neighbourhood.
//
// The operator brings the files in; none is part of the program. Each is an
// edition, with its checksum, source and licence, and stays for ever: a changed
// file is a further edition. Editions are never joined by codes alone. What was
// published for the small areas of 2011 is brought to those of 2021 through the
// list of changes, and what is apportioned on the way is called an estimate.
// Ranks of two editions are never compared.
package geography

import (
	"fmt"
	"time"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/id"
)

// A Kind is what a file is about.
type Kind string

// The kinds of file that can be read.
const (
	SmallAreas        Kind = "small-areas"
	Changes           Kind = "changes"
	Deprivation       Kind = "deprivation"
	CommunityNeeds    Kind = "community-needs"
	WardNeeds         Kind = "community-needs-of-wards"
	People            Kind = "people"
	AuthorityOutlines Kind = "council-outlines"
	SmallAreaOutlines Kind = "small-area-outlines"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{SmallAreas, Changes, Deprivation, CommunityNeeds, WardNeeds, People, AuthorityOutlines, SmallAreaOutlines}
}

// The years of the codes that small areas have.
const (
	Codes2011 = 2011
	Codes2021 = 2021
)

// An Edition is one file as it was brought in.
type Edition struct {
	ID         int64
	Kind       Kind
	Series     string // of a series the last edition is the one that is shown
	Number     int64  // in its series
	Name       string
	Year       int       // of what it tells
	CodesOf    int       // the year of its codes: Codes2011 or Codes2021; 2017 of wards, and the year of councils
	AsAt       date.Date // of what is counted
	File       string
	SHA256     string
	Source     string // the line that names who made it
	Licence    string
	Public     bool // not for people who are signed in alone
	Rows       int64
	ImportedBy string
	ImportedAt time.Time
}

// Packs is everything that can be done with files about geography.
type Packs struct {
	DB  *db.DB
	IDs *id.Maker
	Now func() time.Time
}

// What a pack is about, and whose it is, unless the operator says otherwise.
type about struct {
	name    string // with the year put in
	source  string
	licence string
	hidden  bool // until the operator says that anyone may see it
}

const (
	ogl      = "Open Government Licence v3.0"
	ons      = "Office for National Statistics. Contains National Statistics data © Crown copyright and database right"
	osAndONS = "Office for National Statistics. Contains National Statistics and OS data © Crown copyright and database right"
	ministry = "Ministry of Housing, Communities and Local Government, © Crown copyright"
	ocsi     = "Community Needs Index, made by OCSI for Local Trust"
	unstated = "No licence is stated"
	said     = "No licence is stated; the operator says that it may be shown"
)

func (k Kind) about() about {
	switch k {
	case SmallAreas:
		return about{"Small areas of 2021, with wards, councils and regions", osAndONS, ogl, false}
	case Changes:
		return about{"Changes of small areas, 2011 to 2021", ons, ogl, false}
	case Deprivation:
		return about{"Indices of Deprivation %d", ministry, ogl, false}
	case CommunityNeeds:
		return about{"Community Needs Index %d", ocsi, unstated, true}
	case WardNeeds:
		return about{"Community Needs Index %d, by ward", ocsi, unstated, true}
	case People:
		return about{"Population, mid-%d", ons, ogl, false}
	case AuthorityOutlines:
		return about{"Outlines of councils %d", osAndONS, ogl, false}
	case SmallAreaOutlines:
		return about{"Outlines of small areas of 2021", osAndONS, ogl, false}
	}
	return about{}
}

// Words are what the kind is, for people.
func (k Kind) Words() string {
	switch k {
	case SmallAreas:
		return "small areas with their names, wards, councils and regions"
	case Changes:
		return "what became of the small areas of 2011 in 2021"
	case Deprivation:
		return "deprivation of small areas"
	case CommunityNeeds:
		return "community needs of small areas"
	case WardNeeds:
		return "community needs of wards"
	case People:
		return "people in small areas"
	case AuthorityOutlines:
		return "outlines of councils"
	case SmallAreaOutlines:
		return "outlines of small areas"
	}
	return string(k)
}

// A Fault is what is wrong with one cell, or row, of a file.
type Fault struct {
	Row    int    // as a spreadsheet numbers it, or the number of the outline; 0 for the file itself
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
