package geography

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"

	"commontable/internal/date"
)

// Councils are merged, and get new codes when a boundary moves: Sheffield was
// E08000019 until 31 March 2025 and is E08000039 since. The days are those on
// which the new code began; where none is known the cell is empty.
//
// The list is ours. Codes and names are the Office for National Statistics',
// under the Open Government Licence v3.0.
//
//go:embed authority_codes.csv
var authorityCodes string

// A Recoding is one code of a council that took another's place.
type Recoding struct {
	OldCode, OldName, NewCode, NewName string
	From                               date.Date // the first day of the new code; no day where it is not known
}

// Recodings lists the codes of councils that were replaced.
var Recodings = sync.OnceValue(func() []Recoding {
	rows, err := csv.NewReader(strings.NewReader(authorityCodes)).ReadAll()
	if err != nil {
		panic("geography: " + err.Error()) // a test reads it
	}
	var all []Recoding
	for _, row := range rows[1:] {
		r := Recoding{OldCode: row[0], OldName: row[1], NewCode: row[2], NewName: row[3]}
		if row[4] != "" {
			r.From = date.Must(row[4])
		}
		all = append(all, r)
	}
	return all
})

// CurrentAuthority is the newest code of the council that a code names or named.
func CurrentAuthority(code string) string {
	for {
		i := slices.IndexFunc(Recodings(), func(r Recoding) bool { return r.OldCode == code })
		if i < 0 {
			return code
		}
		code = Recodings()[i].NewCode
	}
}

// AuthorityOn is the code, of the council that a code names or named, that was
// in force on a day: of codes without a known day, the newer.
func AuthorityOn(code string, day date.Date) string {
	for {
		i := slices.IndexFunc(Recodings(), func(r Recoding) bool { return r.OldCode == code })
		if i < 0 || day.Before(Recodings()[i].From) {
			return code
		}
		code = Recodings()[i].NewCode
	}
}

// SameAuthority reports whether two codes are of one council: its own old and
// new ones, and those of the councils that were merged into it.
func SameAuthority(a, b string) bool {
	return a != "" && CurrentAuthority(a) == CurrentAuthority(b)
}

// FormerCodes lists what a council was coded before: of a recoded one its old
// code, of a merged one those of its parts.
func FormerCodes(code string) []Recoding {
	var all []Recoding
	for _, r := range Recodings() {
		if r.OldCode != code && CurrentAuthority(r.OldCode) == CurrentAuthority(code) {
			all = append(all, r)
		}
	}
	return all
}
