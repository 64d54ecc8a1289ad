package openweb

import (
	"context"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// Waiting is what every slice knows of what waits for a person: the next steps that
// the hat they have on lets them take, and nothing that is somebody else’s. The
// area’s page and the programme’s page list it under “Waiting for you”, in the order
// in which the slices stand in app.go.
//
// A slice adds its own with one line there, and with a function of these shapes in
// its …web package, called Waiting or WaitingIn: it asks its domain, in the
// transaction in hand, whose turn it is, and says for each thing what it is (Title),
// why it waits or what to look at (Detail), and where the step is taken (Action). It
// answers nothing, at little cost, for a person who has no such permission here. It
// is asked for people who are signed in alone. There is no deadline in it and nothing
// red: that an area is closed for a while is said above the list (area.ClosedOn).
type Waiting struct {
	InArea      []InArea
	InProgramme []InProgramme
}

// InArea finds what waits in an area for a person, on a day.
type InArea func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) ([]web.Todo, error)

// InProgramme finds what waits for a person across a programme, on a day: one line
// for each sort of thing (“3 areas wait to be endorsed”), whatever their number.
type InProgramme func(ctx context.Context, tx *db.Tx, by access.Actor, p area.Programme, today date.Date) ([]web.Todo, error)

// A desk is what waits in an area for one person.
type desk struct {
	todos  []web.Todo
	more   int  // payments that are not listed one by one
	closed bool // the area rests, so nothing waits loudly
}

// mostFirst is how much of what waits is seen at once.
const mostFirst = 6

func (d desk) any() bool { return len(d.todos) > 0 }

// first is what can be done first. One more than fits is not hidden alone.
func (d desk) first() []web.Todo {
	if len(d.todos) <= mostFirst+1 {
		return d.todos
	}
	return d.todos[:mostFirst]
}

// rest is what comes after.
func (d desk) rest() []web.Item { return quiet(d.todos[len(d.first()):]) }

func (d desk) quietly() []web.Item { return quiet(d.todos) }

func quiet(todos []web.Todo) []web.Item {
	var items []web.Item
	for _, t := range todos {
		items = append(items, web.Item{Mark: web.Icon(t.Icon, 24), Text: t.Title, Href: t.Action.Href, Detail: t.Detail})
	}
	return items
}

func (d desk) count() int {
	if d.more > 0 {
		return len(d.todos) - 1 + d.more
	}
	return len(d.todos)
}

// waiting is what waits in an area for this very person: the next steps that
// their hat lets them take.
func (p pages) waiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, programme area.Programme) (desk, error) {
	var d desk
	if !by.SignedIn() {
		return d, nil
	}
	for _, look := range append([]InArea{p.forTheLTO}, p.others.InArea...) {
		found, err := look(ctx, tx, by, a, p.site.Today())
		if err != nil {
			return d, err
		}
		d.todos = append(d.todos, found...)
	}
	payments, err := p.paymentsOnTheirWay(ctx, tx, by, a)
	if err != nil {
		return d, err
	}
	listed := min(mostListed, len(payments))
	d.todos = append(d.todos, payments[:listed]...)
	if d.more = len(payments) - listed; d.more > 0 {
		d.todos = append(d.todos, web.Todo{
			Icon: "money", Title: counted(d.more, "more payment"), Detail: "They are on the programme’s list of payments.",
			Action: web.Link{Text: "See the list", Href: programmeHref(programme) + "/payments"}, Hidden: "of payments",
		})
	}
	if len(d.todos) > 0 {
		d.todos[0].Primary = true
	}
	d.closed, err = area.ClosedOn(ctx, tx, a.ID, p.site.Today())
	return d, err
}

// waitingIn is what waits for this very person in all of a programme.
func (p pages) waitingIn(ctx context.Context, tx *db.Tx, by access.Actor, programme area.Programme) (todos []web.Todo, err error) {
	if !by.SignedIn() {
		return nil, nil
	}
	for _, look := range p.others.InProgramme {
		found, err := look(ctx, tx, by, programme, p.site.Today())
		if err != nil {
			return nil, err
		}
		todos = append(todos, found...)
	}
	if len(todos) > 0 {
		todos[0].Primary = true
	}
	return todos, nil
}

func (p pages) forTheLTO(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, _ date.Date) ([]web.Todo, error) {
	if by.Hat.Scope != access.InOrganisation {
		return nil, nil
	}
	o, err := organisation.ByID(ctx, tx, organisation.ID(by.Hat.Place))
	if err != nil {
		return nil, err
	}
	var todos []web.Todo
	if by.Holds(access.AcceptOffer) {
		offers, err := funding.OffersToAccept(ctx, tx, o.ID)
		if err != nil {
			return nil, err
		}
		for _, one := range offers {
			if one.Area == a.ID {
				todos = append(todos, web.Todo{
					Icon: "doc", Title: fmt.Sprintf("Offer letter %d waits for you", one.Number), Detail: "Read its payment schedule, then accept it.",
					Action: web.Link{Text: "Read it", Href: fmt.Sprintf("%s/money/offers/%d", areaHref(a), one.Number)}, Hidden: fmt.Sprintf("offer letter %d", one.Number),
				})
			}
		}
	}
	if !by.Holds(access.CertifySpend) {
		return todos, nil
	}
	spends, err := funding.SpendsToCertify(ctx, tx, o.ID)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, s := range spends {
		if s.Area == a.ID && s.MayCertify(by, a) == nil {
			n++
		}
	}
	if n > 0 {
		todos = append(todos, web.Todo{
			Icon: "tick", Title: counted(n, "spend") + " to certify", Detail: "A colleague recorded what the money went on. Check it, and certify what is right.",
			Action: web.Link{Text: "Check", Href: "/organisations/" + o.Slug + "/money"}, Hidden: "what was recorded",
		})
	}
	return todos, nil
}

// mostListed bounds how many payments wait on a page: their own list has all.
const mostListed = 4

// paymentsOnTheirWay are the payments of the area whose next step is this
// person's: those that they had no part in before.
func (p pages) paymentsOnTheirWay(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]web.Todo, error) {
	if !by.May(access.SeePayments, a.Place()) {
		return nil, nil
	}
	offers, err := funding.Schedule(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	lines, err := plan.EveryLine(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	names := map[plan.LineID]string{}
	for _, l := range lines {
		names[l.ID] = l.Name
	}
	var todos []web.Todo
	for _, o := range offers {
		for _, in := range o.Instalments {
			todo, theirs, err := p.paymentStep(ctx, tx, by, a, o, in)
			if err != nil {
				return nil, err
			}
			todo.Title += " for " + names[in.Line]
			if theirs {
				todos = append(todos, todo)
			}
		}
	}
	return todos, nil
}

// paymentStep is the next step of an instalment, and whether it is this person's.
func (p pages) paymentStep(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, o funding.Offer, in funding.Instalment) (web.Todo, bool, error) {
	todo := web.Todo{Icon: "money", Title: "Payment of " + in.Amount.Whole(), Detail: "Due since " + in.DueOn.Long() + ".", Hidden: "the payment of " + in.Amount.Whole() + ", due " + in.DueOn.Long()}
	stage := in.Stage(o, p.site.Today())
	if stage == funding.Due {
		todo.Action = web.Link{Text: "Prepare", Href: areaHref(a) + "/money/instalments/" + string(in.ID) + "/payment"}
		return todo, by.May(access.PreparePayment, a.Place()), nil
	}
	if stage != funding.Prepared && stage != funding.Approved {
		return todo, false, nil
	}
	payment, err := funding.PaymentOf(ctx, tx, a.ID, in.Payment)
	if err != nil {
		return todo, false, err
	}
	todo.Action.Href = areaHref(a) + "/money/payments/" + string(in.Payment)
	switch {
	case payment.MayApprove(by, a) == nil:
		todo.Detail, todo.Action.Text = "A colleague prepared it. Check it, and approve what is right.", "Approve"
	case payment.MayRelease(by, a) == nil:
		todo.Detail, todo.Action.Text = "It is approved. Release it when the bank has paid it.", "Release"
	default:
		return todo, false, nil
	}
	return todo, true, nil
}
