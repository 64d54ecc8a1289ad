package fundingweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/web"
)

// holdingData is the page on which it is recorded who holds an area's money.
type holdingData struct {
	sheet
	Words        map[string]area.Word
	Options      []web.Option
	Now          []web.Fact // who holds it already
	Organisation string
	From         day
	Functions    string
	Decision     string
	Decided      string
	Decisions    []web.Option
}

func (d holdingData) partnership() string { return d.Words[area.WordPartnership].Singular }

func (d holdingData) lead() string {
	return "The " + d.partnership() + " chooses an organisation that people there trust. It holds the money and accounts for every pound. We call it the " +
		d.Words[area.WordLTO].Singular + "."
}

func (p pages) newHolding(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showHolding(w, r, by, holdingData{From: dayOf(p.site.Today())})
}

func (p pages) showHolding(w http.ResponseWriter, r *http.Request, by access.Actor, d holdingData) error {
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		if err := by.Must(access.ChooseLTO, a.Place()); err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		d.Words = programme.Rules.Words
		ltos, err := organisation.OfKind(r.Context(), tx, organisation.LTO)
		if err != nil {
			return err
		}
		holdings, err := funding.Holdings(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		d.offer(ltos, holdings, p.site.Today())
		d.Decisions, err = decisionsFrom(r.Context(), tx, a, decision.ChooseLTO)
		d.Decisions = orNone("It is not among these", d.Decisions)
		return err
	})
	if err != nil {
		return err
	}
	d.Action, d.Back = moneyHref(a)+"/ltos", web.Link{Text: "Go back without choosing", Href: moneyHref(a)}
	d.frame(p, r, by, a, "Who holds the money?")
	return p.site.Show(w, r, d.status(), holdingPage(d))
}

// offer lists whom one can choose, and who holds the money now.
func (d *holdingData) offer(ltos []organisation.Organisation, holdings []funding.Holding, today date.Date) {
	holds := map[organisation.ID]funding.Holding{}
	for _, h := range holdings {
		if h.Until.IsZero() || today.Before(h.Until) {
			holds[h.Organisation] = h
		}
	}
	for _, o := range ltos {
		if h, ok := holds[o.ID]; ok {
			d.Now = append(d.Now, web.Fact{Term: o.Name, Value: "since " + h.From.Long()})
			continue
		}
		d.Options = append(d.Options, web.Option{Value: string(o.ID), Text: o.Name, Hint: o.Postcode})
	}
}

func (p pages) hold(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := funding.NewHolding{
		Form: funding.Form(form.Text("form")), Organisation: organisation.ID(form.Text("organisation")), From: form.Date("from"),
		Functions: form.Text("functions"), Decision: form.Text("decision"), Decided: numberIn(form, "decided"),
	}
	err = p.funding.Hold(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := holdingData{Organisation: string(n.Organisation), From: typedDay(form, "from"), Functions: n.Functions, Decision: n.Decision, Decided: typedNumber(n.Decided)}
		d.Wrong, d.Form = form.Over(wrong), string(n.Form)
		return p.showHolding(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded who holds "+a.Name+"’s money from "+n.From.Long()+".", moneyHref(a))
}
