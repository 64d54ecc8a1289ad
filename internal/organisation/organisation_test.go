package organisation

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
)

var (
	operator = access.System("commontable test")
	noon     = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
)

func add(t *testing.T, d *db.DB, by access.Actor, n New) (o Organisation, err error) {
	t.Helper()
	now := func() time.Time { return noon }
	organisations := &Organisations{DB: d, IDs: id.Real(now), Now: now}
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		o, err = organisations.AddIn(t.Context(), tx, by, n)
		return err
	})
	return o, err
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Druids Heath":              "druids-heath",
		"World's End & Lots Road":   "worlds-end-and-lots-road",
		"St Andrew’s Quay":          "st-andrews-quay",
		"Ynys Môn / Llŷn, Œuvre":    "ynys-mon-llyn-oeuvre",
		"  --  ":                    "unnamed",
		"北京":                        "unnamed",
		"Straße №5 – Łódź":          "strasse-no5-lodz",
		"ISTANBUL İstanbul":         "istanbul-istanbul",
		strings.Repeat("abcd ", 40): strings.TrimSuffix(strings.Repeat("abcd-", 16), "-"),
		strings.Repeat("a", 200):    strings.Repeat("a", 80),
		"\xff\xfeWick":              "wick",
	} {
		if got := Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestAddAndFindOrganisation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range []New{
			{Name: "Trefoil  Trust", Postcode: "b145ab", Kinds: []Kind{LTO, Employer, LTO}, Identifiers: []Identifier{
				{List: "GB-COH", Number: "01234567"},
				{List: "GB-CHC", Number: "1234567", From: date.Must("2014-01-01")},
			}},
			{Name: "Trefoil Trust", Kinds: []Kind{LTO}},
			{Name: "Ann’s Print Shop", Kinds: []Kind{Supplier}},
		} {
			if _, err := add(t, d, operator, n); err != nil {
				t.Fatal(err)
			}
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			ltos, err := OfKind(t.Context(), tx, LTO)
			if err != nil {
				return err
			}
			if len(ltos) != 2 || ltos[1].Slug != "trefoil-trust-2" {
				t.Errorf("LTOs: got %v, want two, the second with a slug of its own", ltos)
			}
			o, err := BySlug(t.Context(), tx, "trefoil-trust")
			if err != nil {
				return err
			}
			again, err := ByID(t.Context(), tx, o.ID)
			if fmt.Sprint(o) != fmt.Sprint(ltos[0]) || fmt.Sprint(o) != fmt.Sprint(again) {
				t.Errorf("by slug %v, by ID %v, by kind %v; want the same", o, again, ltos[0])
			}
			if got, want := fmt.Sprint(o.Name, " ", o.Postcode, " ", o.Kinds, " ", o.OrgID(date.Must("2013-12-31")), " ", o.OrgID(date.Must("2014-01-01"))),
				"Trefoil Trust B14 5AB [employer lto] GB-COH-01234567 GB-CHC-1234567"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if _, err := BySlug(t.Context(), tx, "nobody"); !errors.Is(err, fault.NotFound) {
				t.Errorf("nobody: got %v, want not found", err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A number names one organisation on any one day (S33).
func TestEveryOrganisationOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		number := func(from, until string) New {
			i := Identifier{List: "GB-LAE", Number: "SHF"}
			if from != "" {
				i.From = date.Must(from)
			}
			if until != "" {
				i.Until = date.Must(until)
			}
			return New{Name: "Sheffield from " + from, Kinds: []Kind{Agency}, Identifiers: []Identifier{i}}
		}
		if _, err := add(t, d, operator, number("2010-01-01", "2020-01-01")); err != nil {
			t.Fatal(err)
		}
		for _, n := range []New{number("", ""), number("2019-12-31", ""), number("", "2010-01-02"), number("2012-01-01", "2013-01-01")} {
			if _, err := add(t, d, operator, n); !errors.Is(err, fault.Conflict) || !strings.Contains(fault.Public(err), "Sheffield from 2010-01-01") {
				t.Errorf("%v: got %v, want a conflict that names who has the number", n.Identifiers, err)
			}
		}
		for _, n := range []New{number("2020-01-01", ""), number("", "2010-01-01")} {
			if _, err := add(t, d, operator, n); err != nil {
				t.Errorf("%v: got %v, want it added: the days do not meet", n.Identifiers, err)
			}
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	good := New{Name: "Trefoil Trust", Kinds: []Kind{LTO}}
	for _, test := range []struct {
		field string
		spoil func(*New)
	}{
		{"", func(*New) {}},
		{"name", func(n *New) { n.Name = " " }},
		{"name", func(n *New) { n.Name = strings.Repeat("n", 201) }},
		{"name", func(n *New) { n.Name = "bell\a" }},
		{"kinds", func(n *New) { n.Kinds = nil }},
		{"kinds", func(n *New) { n.Kinds = []Kind{"bank"} }},
		{"postcode", func(n *New) { n.Postcode = "B14" }},
		{"identifiers", func(n *New) { n.Identifiers = []Identifier{{List: "Charity", Number: "1"}} }},
		{"identifiers", func(n *New) { n.Identifiers = []Identifier{{List: "GB-CHC", Number: "1 2"}} }},
		{"identifiers", func(n *New) {
			n.Identifiers = []Identifier{{List: "GB-CHC", Number: "1"}, {List: "GB-CHC", Number: "1"}}
		}},
		{"identifiers", func(n *New) {
			n.Identifiers = []Identifier{{List: "GB-CHC", Number: "1", From: date.Must("2020-01-01"), Until: date.Must("2020-01-01")}}
		}},
	} {
		n := good
		test.spoil(&n)
		wrong := n.Check()
		if (test.field == "") != (len(wrong) == 0) || (test.field != "" && wrong.For(test.field) == "") {
			t.Errorf("%+v: got %v, want a fault of %q", n, wrong, test.field)
		}
	}
	if _, err := add(t, dbtest.SQLite(t), access.Actor{}, good); !errors.Is(err, fault.Forbidden) {
		t.Errorf("nobody adds an organisation: got %v, want a refusal", err)
	}
}

func TestParseOrgID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"GB-CHC-1234567": "GB-CHC 1234567", " GB-COH-RS007552 ": "GB-COH RS007552", "XI-LEI-5493-00": "XI-LEI 5493-00",
		"1234567": "", "GB-CHC": "", "GB-CHC-": "", "gb-chc-1": "", "GB-CHC-1 2": "",
	} {
		i, err := ParseOrgID(s)
		if got := strings.TrimSpace(i.List + " " + i.Number); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", s, got, err, want)
		}
	}
}
