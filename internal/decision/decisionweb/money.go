package decisionweb

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/project"
	"commontable/internal/web"
)

// The addresses of the money that hangs on a decision.
func offerHref(a area.Area, number int64) string {
	return home(a) + "/money/offers/" + ordinal(number)
}

func paymentHref(a area.Area, p funding.PaymentID) string {
	return home(a) + "/money/payments/" + string(p)
}

func spendHref(a area.Area, s funding.SpendID) string {
	return home(a) + "/money/spending/" + string(s)
}

// money is what hangs on the decision: forward from it to the offer letters by it,
// and to what went over the plan by it (S08).
func (v view) money(ctx context.Context, d *decisionData) error {
	uses, err := usesShown(ctx, v.tx, v.area, v.of.Number)
	for _, u := range uses {
		d.Money = append(d.Money, web.Item{Mark: web.Icon(u.icon, 24), Text: u.text, Href: u.href, Detail: u.detail})
	}
	return err
}

// begun are the projects that the decision began, as far as somebody sees them.
func (v view) begun(ctx context.Context, d *decisionData) error {
	all, err := begunBy(ctx, v.tx, v.by, v.area, v.of)
	for _, p := range all {
		d.Begun = append(d.Begun, web.Item{Mark: web.Icon("doc", 24), Text: p.Name, Href: home(v.area) + "/projects/" + string(p.ID), Detail: upper(string(p.State.State)) + "."})
	}
	return err
}

func begunBy(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of decision.Decision) ([]project.Project, error) {
	if of.Result.Outcome != decision.IsAgreed {
		return nil, nil
	}
	all, err := project.BegunBy(ctx, tx, a.ID, of.Number)
	return slices.DeleteFunc(all, func(p project.Project) bool { return !p.SeenBy(by, a) }), err
}

// A useShown is one thing that hangs on a decision, as anyone may read it.
type useShown struct {
	funding.Use

	kind, icon, text, href, detail string
	paid                           money.Amount // of an offer letter
}

// usesShown lists what hangs on a decision, as anyone may read it: a spend once it
// is certified.
func usesShown(ctx context.Context, tx *db.Tx, a area.Area, number int64) (all []useShown, err error) {
	uses, err := funding.UsesOf(ctx, tx, a.ID, number)
	if err != nil {
		return nil, err
	}
	for _, u := range uses {
		one, err := useOf(ctx, tx, a, u)
		if err != nil {
			return nil, err
		}
		if one.kind != "" {
			all = append(all, one)
		}
	}
	return all, nil
}

func useOf(ctx context.Context, tx *db.Tx, a area.Area, u funding.Use) (useShown, error) {
	one := useShown{Use: u}
	switch {
	case u.Offer != 0:
		return one.offer(ctx, tx, a)
	case u.Payment != "":
		p, err := funding.PaymentOf(ctx, tx, a.ID, u.Payment)
		if err != nil {
			return one, err
		}
		line, err := plan.LineByID(ctx, tx, a.ID, u.Line)
		one.kind, one.icon, one.href = "payment", "money", paymentHref(a, u.Payment)
		one.text = "Payment of " + u.Amount.Whole() + " for " + line.Name
		one.detail = upper(string(p.State())) + "."
		return one, err
	case u.Spend != "":
		s, err := funding.SpendOf(ctx, tx, a.ID, u.Spend)
		if err != nil || s.State() != funding.SpendCertified {
			return one, err
		}
		line, err := plan.LineByID(ctx, tx, a.ID, u.Line)
		one.kind, one.icon, one.href = "spend", "money", spendHref(a, u.Spend)
		one.text, one.detail = u.Amount.Whole()+" spent on "+line.Name, "On "+u.On.Long()+", over the plan by this decision."
		return one, err
	}
	o, err := organisation.ByID(ctx, tx, u.Holding)
	one.kind, one.icon, one.href = "holding", "people", home(a)+"/money"
	one.text, one.detail = o.Name+" holds our money", "From "+u.On.Long()+"."
	return one, err
}

// offer is an offer letter, with how much of it is paid.
func (u useShown) offer(ctx context.Context, tx *db.Tx, a area.Area) (useShown, error) {
	o, err := funding.OfferOf(ctx, tx, a.ID, u.Offer)
	if err != nil {
		return u, err
	}
	for _, in := range o.Instalments {
		if in.State == funding.PaymentReleased {
			u.paid = u.paid.Add(in.Amount)
		}
	}
	to, err := organisation.ByID(ctx, tx, o.Organisation)
	u.kind, u.icon, u.href, u.text = "offer letter", "doc", offerHref(a, o.Number), "Offer letter "+ordinal(o.Number)
	u.detail = u.Amount.Whole() + " to " + to.Name + ", offered on " + u.On.Long() + ". "
	switch {
	case u.paid == u.Amount:
		u.detail += "All of it is paid."
	case u.paid.Positive():
		u.detail += u.paid.Whole() + " of it is paid."
	case o.SupersededBy != 0:
		u.detail += "Letter " + ordinal(o.SupersededBy) + " took its place."
	case !o.Declined.On.IsZero():
		u.detail += "It was declined."
	case !o.Accepted():
		u.detail += "It waits to be accepted."
	default:
		u.detail += "Nothing of it is paid yet."
	}
	return u, err
}
