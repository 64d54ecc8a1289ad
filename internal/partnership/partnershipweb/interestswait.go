package partnershipweb

import (
	"context"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// mostTouched bounds how many interests are listed one by one; the register has all.
const mostTouched = 3

// InterestsWaiting finds the interests about which somebody in the area is to record
// what is done before anything goes on, and those that were told late and nobody has
// looked at.
func InterestsWaiting(p *partnership.Partnerships) func(context.Context, *db.Tx, access.Actor, area.Area, date.Date) ([]web.Todo, error) {
	return func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, _ date.Date) ([]web.Todo, error) {
		if by.Hat.Scope != access.InArea || !by.May(access.HandleInterest, a.Place()) {
			return nil, nil
		}
		touched, err := p.TouchedIn(ctx, tx, a.ID)
		if err != nil {
			return nil, err
		}
		var todos []web.Todo
		more := 0
		for _, one := range touched {
			for _, t := range one.Touches {
				switch {
				case !t.Decides || !t.Handling.IsZero() || t.Person == by.Person:
				case len(todos) == mostTouched:
					more++
				default:
					todos = append(todos, web.Todo{
						Icon: "people", Title: t.Name + " has an interest: " + one.Matter.Title, Detail: "“" + t.Public + "” It goes on when you have recorded what is done about it.",
						Action: web.Link{Text: "Record it", Href: partnership.HandlingPath(a, one.Matter.About, t.Interest)}, Hidden: "what is done about it: " + one.Matter.Title,
					})
				}
			}
		}
		if more > 0 {
			todos = append(todos, web.Todo{Icon: "people", Title: counted(more, "more interest") + " to talk about", Action: web.Link{Text: "See them", Href: registerHref(a)}, Hidden: "in the register"})
		}
		late, err := p.ExceptionsIn(ctx, tx, a.ID)
		n := 0
		for _, l := range late {
			if !l.IsLookedAt() && l.Deed.Person != by.Person {
				n++
			}
		}
		if n > 0 {
			todos = append(todos, web.Todo{
				Icon: "people", Title: fmt.Sprintf("%s told after something was done", counted(n, "interest")), Detail: "Look at it together. What was done stays done; what you think of it is noted.",
				Action: web.Link{Text: "Look at it", Href: "/areas/" + a.Slug + "/people/exceptions"}, Hidden: "what was told late",
			})
		}
		return todos, err
	}
}
