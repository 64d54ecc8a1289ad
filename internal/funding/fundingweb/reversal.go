package fundingweb

import (
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/web"
)

// askedView is that somebody asked to reverse a payment. Nothing is shown of it
// where nobody did, or to those who do not see the programme's payments.
type askedView struct {
	Words, Why, Whose string
	Confirm           string   // where it is done; "" where this reader may not
	Refuse            web.Link // where one says no
}

func askedOf(n *names, by access.Actor, a area.Area, payment funding.Payment) askedView {
	if !payment.Waits() || !by.May(access.SeePayments, a.Place()) {
		return askedView{}
	}
	v := askedView{Words: n.person(payment.Asked.By) + " asked on " + on(payment.Asked.At) + " to reverse this payment.", Why: payment.Asked.Reason}
	if payment.MayReverse(by, a) == nil {
		v.Confirm = paymentHref(a, payment.ID) + "/reversal/confirmation"
	}
	if payment.MayRefuseReversal(by, a) == nil {
		v.Refuse = web.Link{Text: "Say no to it", Href: paymentHref(a, payment.ID) + "/reversal/refusal"}
		if payment.Asked.By == by.Person {
			v.Whose, v.Refuse.Text = "You asked for it, so somebody else does it.", "Take it back"
		}
	}
	return v
}

func (p pages) newPaymentReversal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showPaymentReversal(w, r, by, reasonData{})
}

func (p pages) showPaymentReversal(w http.ResponseWriter, r *http.Request, by access.Actor, d reasonData) error {
	a, about, err := p.aboutPayment(r, by, surely(funding.Payment.MayAskReversal))
	if err != nil {
		return err
	}
	if err := p.unbarred(r, by, a, about.Payment); err != nil {
		return err
	}
	d.About, d.Back, d.Action = about.About, about.Back, paymentHref(a, about.Payment.ID)+"/reversal"
	d.Title, d.Button = "Ask to reverse this payment", "Ask for it"
	d.Lead = "Only for a payment made by mistake. When a colleague agrees, a second entry takes all of it back, with the contribution. Both entries stay in the accounts."
	d.Hint = anyoneReads
	return p.showReason(w, r, by, a, d, paymentCrumb(a, about.Payment))
}

func (p pages) askReversal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, payment, form, err := p.sentAboutPayment(r)
	if err != nil {
		return err
	}
	d := reasonData{Reason: form.Text("reason")}
	d.Form = form.Text("form")
	err = p.funding.AskReversal(r.Context(), by, a, payment.ID, d.Reason, funding.Form(d.Form))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = wrong
		return p.showPaymentReversal(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "You asked to reverse the payment. A colleague does it, or says no.", paymentHref(a, payment.ID))
}

func (p pages) reversePayment(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, payment, form, err := p.sentAboutPayment(r)
	if err != nil {
		return err
	}
	if err := p.funding.ReversePayment(r.Context(), by, a, payment.ID, funding.Form(form.Text("form"))); err != nil {
		return err
	}
	return p.site.Done(w, r, "The payment is reversed.", paymentHref(a, payment.ID))
}

func (p pages) newReversalRefusal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showReversalRefusal(w, r, by, reasonData{})
}

func (p pages) showReversalRefusal(w http.ResponseWriter, r *http.Request, by access.Actor, d reasonData) error {
	a, about, err := p.aboutPayment(r, by, funding.Payment.MayRefuseReversal)
	if err != nil {
		return err
	}
	d.About, d.Back, d.Action = about.About, about.Back, paymentHref(a, about.Payment.ID)+"/reversal/refusal"
	d.Title, d.Button, d.Lead, d.Hint = "Do not reverse this payment", "Leave the payment as it is", "The payment stays as it is, and so does what was asked.", anyoneReads
	if about.Payment.Asked.By == by.Person {
		d.Title = "Take back what you asked for"
	}
	return p.showReason(w, r, by, a, d, paymentCrumb(a, about.Payment))
}

func (p pages) refuseReversal(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, payment, form, err := p.sentAboutPayment(r)
	if err != nil {
		return err
	}
	d := reasonData{Reason: form.Text("reason")}
	d.Form = form.Text("form")
	err = p.funding.RefuseReversal(r.Context(), by, a, payment.ID, d.Reason, funding.Form(d.Form))
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.Wrong = wrong
		return p.showReversalRefusal(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "The payment stays as it is.", paymentHref(a, payment.ID))
}
