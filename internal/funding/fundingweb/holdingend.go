package fundingweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/web"
)

// holdingEndData is the page on which it is recorded that an organisation no
// longer holds an area's money.
type holdingEndData struct {
	sheet
	Parting  funding.Parting
	LastDay  day
	Decision string
}

func (p pages) newHoldingEnd(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showHoldingEnd(w, r, by, holdingEndData{LastDay: dayOf(p.site.Today())})
}

func (p pages) showHoldingEnd(w http.ResponseWriter, r *http.Request, by access.Actor, d holdingEndData) error {
	a, parting, err := p.parting(r, by)
	if err != nil {
		return err
	}
	d.Parting = parting
	d.Action, d.Back = endHref(a, parting), web.Link{Text: "Go back without ending it", Href: moneyHref(a) + "#holders"}
	d.frame(p, r, by, a, "Who holds the money no longer?")
	return p.site.Show(w, r, d.status(), holdingEndPage(d))
}

func endHref(a area.Area, p funding.Parting) string {
	return moneyHref(a) + "/ltos/" + p.Organisation.Slug + "/end"
}

// parting is the organisation that a request names, where it holds the money.
func (p pages) parting(r *http.Request, by access.Actor) (a area.Area, found funding.Parting, err error) {
	err = p.read(r.Context(), func(tx *db.Tx) error {
		if a, err = areaOf(r, tx); err != nil {
			return err
		}
		if err := by.Must(access.ChooseLTO, a.Place()); err != nil {
			return err
		}
		all, err := funding.Partings(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.Organisation.Slug == r.PathValue("organisation") {
				found = x
				return nil
			}
		}
		return fault.NotFound
	})
	return a, found, err
}

func (p pages) endHolding(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, parting, err := p.parting(r, by)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := funding.NewHoldingEnd{
		Form: funding.Form(form.Text("form")), Organisation: parting.Organisation.ID, LastDay: form.Date("last_day"), Decision: form.Text("decision"),
	}
	err = p.funding.EndHolding(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := holdingEndData{LastDay: typedDay(form, "last_day"), Decision: n.Decision}
		d.Wrong, d.Form = form.Over(wrong), string(n.Form)
		return p.showHoldingEnd(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, parting.Organisation.Name+" held "+a.Name+"’s money until "+n.LastDay.Long()+".", moneyHref(a))
}
