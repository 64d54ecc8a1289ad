package fundingweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/web"
)

// allocationData is the page on which money is set aside for an area.
type allocationData struct {
	sheet
	Rule       money.Amount // what the rule book gives an area
	Allocated  money.Amount
	Earlier    web.Table
	Amount     string
	On         day
	Note       string
	Area, Book string
}

func (d allocationData) lead() string {
	if d.Allocated.Positive() {
		return d.Area + " has " + d.Allocated.Whole() + " so far. What you add here is added to it."
	}
	return "This is " + d.Area + "’s share of the programme’s money. Nobody has it until it is planned, promised and paid."
}

func (d allocationData) hint() string {
	if !d.Rule.Positive() {
		return ""
	}
	return "The rule book (" + d.Book + ") gives each area " + d.Rule.Whole() + "."
}

func (p pages) newAllocation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showAllocation(w, r, by, allocationData{On: dayOf(p.site.Today())}, true)
}

// showAllocation shows the page, with an amount suggested where none was typed yet.
func (p pages) showAllocation(w http.ResponseWriter, r *http.Request, by access.Actor, d allocationData, suggest bool) error {
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		if err := by.Must(access.Allocate, a.Place()); err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		earlier, err := funding.Allocations(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		d.Area, d.Rule, d.Book, d.Allocated = a.Name, programme.Rules.Allocation, programme.Rules.Name, money.Pence(0)
		for _, one := range earlier {
			d.Allocated = d.Allocated.Add(one.Amount)
		}
		d.Earlier = allocationTable(a, earlier)
		return nil
	})
	if err != nil {
		return err
	}
	if rest := d.Rule.Sub(d.Allocated); suggest && rest.Positive() {
		d.Amount = typed(rest)
	}
	d.Action, d.Back = moneyHref(a)+"/allocations", web.Link{Text: "Go back without adding", Href: moneyHref(a)}
	d.frame(p, r, by, a, "Set money aside for "+a.Name)
	return p.site.Show(w, r, d.status(), allocationPage(d))
}

func allocationTable(a area.Area, earlier []funding.Allocation) web.Table {
	t := web.Table{
		Caption: "What was set aside for " + a.Name, CaptionHidden: true,
		Columns: []web.Column{{Text: "Day"}, {Text: "What for"}, {Text: "Amount", Numeric: true}},
	}
	for _, one := range earlier {
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: one.On.Long(), Href: entryHref(a, string(one.Entry)), RowHeader: true}, {Text: one.Note}, {Text: one.Amount.String()},
		}})
	}
	return t
}

func (p pages) allocate(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := funding.NewAllocation{
		Form: funding.Form(form.Text("form")), Amount: form.Money("amount"), On: form.Date("on"), Note: form.Text("note"),
	}
	err = p.funding.Allocate(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := allocationData{Amount: form.Text("amount"), On: typedDay(form, "on"), Note: n.Note}
		d.Wrong, d.Form = form.Over(wrong), string(n.Form)
		return p.showAllocation(w, r, by, d, false)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, n.Amount.Whole()+" is set aside for "+a.Name+".", moneyHref(a))
}
