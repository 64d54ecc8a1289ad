package partnershipweb

import (
	"errors"
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

const legalName = "What we are in law"

// legalData is the page that explains what a partnership is in law.
type legalData struct {
	web.Shell
	Tabs     []web.NavItem
	Form     partnership.FormWords
	Facts    []web.Fact
	Words    []string
	Limits   web.Table // what it cannot do, and who does; empty where it can
	Versions web.Table
	Others   []partnership.FormWords
	CSV      string
	Change   string // for who may record it
}

func (p pages) legalForm(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d legalData
	err := p.readTies(r, by, func(tx *db.Tx, t ties) error {
		all, err := partnership.LegalRecords(r.Context(), tx, t.Area.ID)
		if err != nil {
			return err
		}
		d = legalData{Shell: p.tiesShell(r, by, t, legalName), Tabs: t.tabs(by, legalName), CSV: legalHref(t.Area) + ".csv", Others: partnership.LegalForms()}
		if by.May(access.KeepMembers, t.Area.Place()) {
			d.Change = legalHref(t.Area) + "/new"
		}
		d.fill(t, all)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, legalPage(d))
}

// holding are the agreements with those who hold the money now.
func (t ties) holding() (now []partnership.Bond) {
	for _, b := range t.Bonds {
		if b.Kind == partnership.PartnershipAndLTO && !b.Ended(t.today) && !b.Holder.From.After(t.today) {
			now = append(now, b)
		}
	}
	return now
}

// holder is who does what a group cannot: by name, and where there are several whichever
// of them does it.
func (t ties) holder() string {
	var names []string
	for _, b := range t.holding() {
		names = append(names, t.names[b.Organisation])
	}
	if len(names) == 0 {
		return "the " + t.words[area.WordLTO].Singular
	}
	return strings.Join(names, " or ")
}

// shares say of each of several who hold the money what it does, so that nobody asks the
// wrong one.
func (t ties) shares() (words []string) {
	if now := t.holding(); len(now) > 1 {
		for _, b := range now {
			words = append(words, t.does(b))
		}
	}
	return words
}

func (d *legalData) fill(t ties, all []partnership.LegalRecord) {
	form, who := partnership.UnincorporatedGroup, "The "+t.partnership()+" of "+t.Area.Name
	if len(all) > 0 {
		form = all[0].Form
	}
	d.Form = form.Words()
	d.Facts = []web.Fact{{Term: "What it is", Value: d.Form.Name}}
	if len(all) == 0 {
		d.Facts[0].Value += ", as long as nobody has recorded anything else"
	} else {
		if all[0].Name != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Registered as", Value: all[0].Name})
		}
		if all[0].Register != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Number", Value: all[0].Register})
		}
		d.Facts = append(d.Facts, web.Fact{Term: "Since", Value: all[0].From.Long()})
	}
	d.Facts = append(d.Facts, web.Fact{Term: "Who answers for its debts", Value: d.Form.Liable}, web.Fact{Term: "Who watches over it", Value: d.Form.Members})
	d.Words = []string{d.Form.Means}
	if d.Form.Itself {
		d.Words = append(d.Words, who+" is somebody in law. It can sign, employ, rent and insure in its own name. It may still ask "+t.holder()+" to do some of it.")
	} else {
		d.Words = append(d.Words,
			"Most partnerships are no more than this, and need be no more. What people here decide counts just the same.",
			"But in law such a group is nobody: only its people are. So some things are done for it by "+t.holder()+", which the "+t.partnership()+" chose. That is help, and not a lack of trust.")
		d.Words = append(d.Words, t.shares()...)
		d.Limits = web.Table{Caption: "What a group cannot do itself, and who does it", CaptionHidden: true, Columns: []web.Column{{Text: "It cannot, in its own name"}, {Text: "So this is how it is done", Bare: true}}}
		for _, l := range partnership.Limits(t.holder()) {
			d.Limits.Rows = append(d.Limits.Rows, web.Row{Cells: []web.Cell{{Text: l.Cannot, RowHeader: true}, {Text: capitalised(l.Instead)}}})
		}
	}
	if len(all) > 1 || (len(all) == 1 && all[0].Why != "") {
		d.Versions = web.Table{Caption: "What was recorded", CaptionHidden: true, Columns: []web.Column{{Text: "Since"}, {Text: "What it is"}, {Text: "Why"}}}
		for _, l := range all {
			what := l.Form.Words().Name
			if l.Name != "" {
				what += ": " + l.Name
			}
			d.Versions.Rows = append(d.Versions.Rows, web.Row{Cells: []web.Cell{{Text: l.From.Long(), RowHeader: true}, {Text: what}, {Text: l.Why}}})
		}
	}
}

func (p pages) legalFormCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var a area.Area
	err := p.readTies(r, by, func(tx *db.Tx, t ties) error {
		a = t.Area
		all, err := partnership.LegalRecords(r.Context(), tx, a.ID)
		for _, l := range all {
			rows = append(rows, []string{l.From.String(), string(l.Form), l.Name, l.Register, l.Why, date.InLondon(l.RecordedAt).String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, a.Slug+"-legal-form", []string{"since", "form", "name", "number", "why", "recorded_on"}, rows)
}

// legalFormData is the form on which it is recorded.
type legalFormData struct {
	web.Shell
	Wrong                     fault.Invalid
	Form, Action, Back        string
	LegalForm, Name, Register string
	Why                       string
	From                      [3]string
	Options                   []web.Option
}

func (p pages) newLegalForm(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showLegalForm(w, r, by, legalFormData{})
}

func (p pages) showLegalForm(w http.ResponseWriter, r *http.Request, by access.Actor, d legalFormData) error {
	err := p.readTies(r, by, func(_ *db.Tx, t ties) error {
		if err := by.Must(access.KeepMembers, t.Area.Place()); err != nil {
			return err
		}
		d.Shell = p.tiesShell(r, by, t, "Record what we are in law")
		d.Crumbs = []web.Link{{Text: t.Area.Name, Href: "/areas/" + t.Area.Slug}, {Text: legalName, Href: legalHref(t.Area)}, {Text: "Record what we are in law"}}
		d.Action, d.Back = legalHref(t.Area), legalHref(t.Area)
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range partnership.LegalForms() {
		d.Options = append(d.Options, web.Option{Value: string(f.Form), Text: f.Name, Hint: f.Means})
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	d.NoIndex = true
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, legalFormPage(d))
}

func (p pages) setLegalForm(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.areaOf(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := partnership.NewLegalRecord{
		Form: form.Text("form"), LegalForm: partnership.LegalForm(form.Text("legal_form")), Name: form.Text("name"), Register: form.Text("register"), From: form.Date("from"), Why: form.Text("why"),
	}
	err = p.partnerships.SetLegalForm(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showLegalForm(w, r, by, legalFormData{
			Wrong: form.Over(wrong), Form: n.Form, LegalForm: string(n.LegalForm), Name: n.Name, Register: n.Register, Why: n.Why, From: form.DateParts("from"),
		})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded what you are in law.", legalHref(a))
}
