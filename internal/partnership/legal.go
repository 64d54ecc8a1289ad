package partnership

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A LegalForm is what a partnership is in law (P09, R38). Most are groups, and need
// be nothing else.
type LegalForm string

// The forms.
const (
	UnincorporatedGroup LegalForm = "group"
	Association         LegalForm = "association" // a group with a written constitution
	CIO                 LegalForm = "cio"
	Company             LegalForm = "company" // limited by guarantee
	CIC                 LegalForm = "cic"
	Society             LegalForm = "society"
	OtherForm           LegalForm = "other"
)

// A FormWords is how a legal form is explained.
type FormWords struct {
	Form    LegalForm
	Name    string
	Means   string
	Itself  bool   // it is somebody in law: it can do these things in its own name
	Liable  string // who answers for its debts
	Members string // who watches over it
}

var legalForms = []FormWords{
	{UnincorporatedGroup, "Group of people", "A group of people who have agreed to work together. There is nothing to register, and it costs nothing.", false, "The people in it do, each of them, for what they signed.", "Nobody: it answers to its neighbours."},
	{Association, "Group with a constitution", "A group of people with written rules of its own. It can have a bank account, and in law it is still only its people.", false, "The people in it do, each of them, for what they signed.", "Nobody, or the Charity Commission if it is a charity."},
	{CIO, "Charitable incorporated organisation (CIO)", "A charity that is somebody in law. It registers once, with the Charity Commission.", true, "The CIO does. Its trustees do only if they did wrong.", "The Charity Commission."},
	{Company, "Company limited by guarantee", "A company without shareholders. Its members promise a small sum, often £1, if it fails. It may be a charity too.", true, "The company does. Its members do up to what they promised.", "Companies House, and the Charity Commission if it is a charity."},
	{CIC, "Community interest company (CIC)", "A company that trades for a community. What it owns stays for that community.", true, "The company does.", "Companies House and the CIC Regulator."},
	{Society, "Community benefit society", "A society that its members own, with one vote each. It can sell shares to neighbours.", true, "The society does. Its members do up to what their shares cost.", "The Financial Conduct Authority."},
	{OtherForm, "Something else", "Such as a parish council or a trust.", true, "That depends on what it is.", "That depends on what it is."},
}

// LegalForms lists every form, the simplest first.
func LegalForms() []FormWords { return slices.Clone(legalForms) }

// Words explains the form.
func (f LegalForm) Words() FormWords {
	for _, w := range legalForms {
		if w.Form == f {
			return w
		}
	}
	return FormWords{}
}

// A Limit is what a group that is nobody in law cannot do in its own name, and how
// it is done instead.
type Limit struct{ Cannot, Instead string }

// Limits are what an unincorporated group cannot do, and what whoever holds its
// money does instead: named, or as the programme calls it.
func Limits(lto string) []Limit {
	return []Limit{
		{"Employ anybody", lto + " employs the worker. The partnership says what the work is."},
		{"Rent or own a building or land", lto + " signs the lease. The partnership decides what the place is for."},
		{"Take out insurance", "The insurance of " + lto + " covers what is done with the money. Ask before each new activity."},
		{"Sign a contract", lto + " signs it, after the partnership has decided."},
		{"Go to court, or be taken there", "In law it would be the people themselves. " + lto + " answers for what it signed, so let it sign."},
		{"Hold the programme’s money", lto + " holds it, apart from its own, and accounts for it."},
	}
}

// A LegalRecord is what a partnership is in law from a day on.
type LegalRecord struct {
	Area       area.ID
	Number     int64
	Form       LegalForm
	Name       string // under which it is registered; "" for the partnership’s own
	Register   string // its number there
	From       date.Date
	Why        string
	RecordedBy access.PersonID
	RecordedAt time.Time
}

// NewLegalRecord is a record as somebody makes it.
type NewLegalRecord struct {
	Form      string
	LegalForm LegalForm
	Name      string
	Register  string
	From      date.Date
	Why       string
}

// Check says what is wrong with n, if anything.
func (n NewLegalRecord) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.LegalForm.Words().Form == "" {
		wrong.Add("legal_form", "Choose what the partnership is")
	}
	for _, f := range []struct{ field, words string }{{"name", n.Name}, {"register", n.Register}} {
		if utf8.RuneCountInString(f.words) > 200 {
			wrong.Add(f.field, "Say it in up to 200 letters")
		}
	}
	if n.LegalForm.Words().Itself && strings.TrimSpace(n.Name) == "" {
		wrong.Add("name", "Enter the name under which it is registered")
	}
	if n.From.IsZero() || n.From.After(today) {
		wrong.Add("from", "Enter the day from which it is so: today or earlier")
	}
	checkSaid(&wrong, "why", n.Why)
	return wrong
}

// SetLegalForm records what a partnership is in law. Sent twice, it counts once.
func (p *Partnerships) SetLegalForm(ctx context.Context, by access.Actor, a area.Area, n NewLegalRecord) error {
	content := []any{"legal form", a.ID, n.LegalForm, n.Name, n.Register, n.From.String(), n.Why}
	_, err := p.once(ctx, by, "set legal form", n.Form, content, func(tx *db.Tx) (string, error) {
		r, err := p.SetLegalFormIn(ctx, tx, by, a, n)
		return strconv.FormatInt(r.Number, 10), err
	})
	return err
}

// SetLegalFormIn is SetLegalForm as part of a transaction.
func (p *Partnerships) SetLegalFormIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewLegalRecord) (LegalRecord, error) {
	if err := by.Must(access.KeepMembers, a.Place()); err != nil {
		return LegalRecord{}, err
	}
	if err := n.Check(date.InLondon(p.Now())).OrNil(); err != nil {
		return LegalRecord{}, err
	}
	r := LegalRecord{
		Area: a.ID, Form: n.LegalForm, Name: strings.TrimSpace(n.Name), Register: strings.TrimSpace(n.Register), From: n.From, Why: strings.TrimSpace(n.Why),
		RecordedBy: by.Person, RecordedAt: p.Now(),
	}
	all, err := LegalRecords(ctx, tx, a.ID)
	if err != nil {
		return r, err
	}
	r.Number = int64(len(all)) + 1
	if len(all) > 0 && r.From.Before(all[0].From) {
		return LegalRecord{}, fault.Invalid{{Field: "from", Words: "It is recorded what it was from " + all[0].From.Long() + " on. Enter that day or a later one"}}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO legal_forms (area_id, number, form, name, register, from_on, why, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.Area, r.Number, r.Form, r.Name, r.Register, r.From, r.Why, r.RecordedBy, r.RecordedAt); err != nil {
		return LegalRecord{}, fmt.Errorf("insert legal form: %w", err)
	}
	return r, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "legal form recorded", Subject: "legal:" + strconv.FormatInt(r.Number, 10), By: by, At: r.RecordedAt,
		Facts: r.facts(), Private: r.private(),
	})
}

func (r LegalRecord) facts() map[string]string {
	return map[string]string{"form": string(r.Form), "from": r.From.String()}
}

func (r LegalRecord) private() string {
	return strings.Join([]string{r.Name, r.Register, r.Why}, "\n")
}

// LegalRecords lists what an area’s partnership was in law, the last first. Where
// nothing was recorded it is a group of people.
func LegalRecords(ctx context.Context, tx *db.Tx, a area.ID) ([]LegalRecord, error) {
	return db.All(ctx, tx, scanLegalRecord, `
		SELECT `+legalColumns+` FROM legal_forms WHERE area_id = $1 ORDER BY number DESC`, a)
}

const legalColumns = `area_id, number, form, name, register, from_on, why, recorded_by, recorded_at`

func scanLegalRecord(r db.Row) (l LegalRecord, err error) {
	return l, r.Scan(&l.Area, &l.Number, &l.Form, &l.Name, &l.Register, &l.From, &l.Why, &l.RecordedBy, &l.RecordedAt)
}
