package openweb

import (
	"context"
	"errors"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// waiting is what waits in an area for this very person: the next steps that
// their hat lets them take.
func (p pages) waiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]web.Todo, error) {
	var todos []web.Todo
	for _, look := range []func(context.Context, *db.Tx, access.Actor, area.Area) ([]web.Todo, error){p.plansToAdopt, p.forTheLTO, p.paymentsOnTheirWay} {
		found, err := look(ctx, tx, by, a)
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

func (p pages) plansToAdopt(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]web.Todo, error) {
	if !by.May(access.AdoptPlan, a.Place()) {
		return nil, nil
	}
	current, err := plan.Current(ctx, tx, a.ID)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	versions, err := plan.Versions(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 || versions[0].Number <= current.Number {
		return nil, nil
	}
	return []web.Todo{{
		Icon: "pen", Title: fmt.Sprintf("Version %d of the plan is written", versions[0].Number),
		Detail: "Read it, and record it when you have all agreed.",
		Action: web.Link{Text: "Read it", Href: fmt.Sprintf("%s/plan/versions/%d", areaHref(a), versions[0].Number)}, Hidden: "version " + fmt.Sprint(versions[0].Number),
	}}, nil
}

func (p pages) forTheLTO(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]web.Todo, error) {
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
		if s.Area == a.ID {
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

// mostListed bounds how many things of one kind wait on a page.
const mostListed = 4

func (p pages) paymentsOnTheirWay(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]web.Todo, error) {
	if !by.May(access.PreparePayment, a.Place()) {
		return nil, nil
	}
	offers, err := funding.Schedule(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	var todos []web.Todo
	for _, o := range offers {
		for _, in := range o.Instalments {
			todo := web.Todo{Icon: "money", Title: "Payment of " + in.Amount.Whole(), Hidden: "the payment of " + in.Amount.Whole()}
			switch in.Stage(o, p.site.Today()) {
			case funding.Due:
				todo.Detail, todo.Action = "Due since "+in.DueOn.Long()+".", web.Link{Text: "Prepare", Href: areaHref(a) + "/money/instalments/" + string(in.ID) + "/payment"}
			case funding.Prepared:
				todo.Detail, todo.Action = "Prepared. It waits for approval.", web.Link{Text: "Look at", Href: areaHref(a) + "/money/payments/" + string(in.Payment)}
			case funding.Approved:
				todo.Detail, todo.Action = "Approved. It waits to be released.", web.Link{Text: "Look at", Href: areaHref(a) + "/money/payments/" + string(in.Payment)}
			default:
				continue
			}
			if len(todos) < mostListed {
				todos = append(todos, todo)
			}
		}
	}
	return todos, nil
}
