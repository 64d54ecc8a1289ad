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

func (p pages) newDecline(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showDecline(w, r, by, reasonData{})
}

func (p pages) showDecline(w http.ResponseWriter, r *http.Request, by access.Actor, d reasonData) error {
	var a area.Area
	err := p.read(r.Context(), func(tx *db.Tx) error {
		found, o, err := offerOf(r, tx)
		if err != nil {
			return err
		}
		a = found
		if err := o.MayDecline(by, a); err != nil {
			return err
		}
		n := namesIn(r, tx, by)
		d.Back, d.Action = web.Link{Text: "Go back to the letter", Href: offerHref(a, o.Number)}, offerHref(a, o.Number)+"/decline"
		d.About = []web.Fact{
			{Term: "Offer letter", Value: ordinal(o.Number), Href: offerHref(a, o.Number)},
			{Term: "For", Value: a.Name},
			{Term: "To", Value: n.organisation(o.Organisation).Name},
			{Term: "Amount", Value: o.Total().String()},
			{Term: "Offered", Value: o.OfferedOn.Long()},
		}
		return n.firstFail
	})
	if err != nil {
		return err
	}
	d.Title, d.Button = "Decline this offer", "Decline this offer"
	d.Lead = "Nothing is paid by it then. The programme reads why, and can make a new version."
	d.Hint = "You and the programme can read this."
	return p.showReason(w, r, by, a, d, web.Link{Text: "Offer letters", Href: offersHref(a)})
}

func (p pages) declineOffer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var o funding.Offer
	err := p.read(r.Context(), func(tx *db.Tx) (err error) {
		a, o, err = offerOf(r, tx)
		return err
	})
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d := reasonData{Reason: form.Text("reason")}
	d.Form = form.Text("form")
	err = p.funding.DeclineOffer(r.Context(), by, a, o.Number, d.Reason, funding.Form(d.Form))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = wrong
		return p.showDecline(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "You declined the offer. The programme can make a new version.", offerHref(a, o.Number))
}

// ended says how a letter came to nothing or to an end before its time, to
// those who may know why.
func (d offerData) ended(by access.Actor, a area.Area) (words, why string) {
	switch o := d.Offer; {
	case !o.Declined.On.IsZero():
		words = d.LTO + " declined this letter on " + o.Declined.On.Long() + ". Nothing is paid by it."
		if by.May(access.SeePayments, a.Place()) || by.May(access.SeeMoneyDesk, placeOf(a, o.Organisation)) {
			why = o.Declined.Reason
		}
	case !o.EndedOn.IsZero():
		words = "This letter ended on " + o.EndedOn.Long() + ", when " + d.LTO + " stopped holding " + d.Area + "’s money. What was paid by it stays paid. What was not paid is promised no more."
	}
	return words, why
}
