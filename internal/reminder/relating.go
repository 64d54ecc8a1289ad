package reminder

import (
	"context"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/workshop"
)

// promises remind of what we said to an agency that we would do: whoever said it,
// or the worker where it is of nobody.
func (r *Reminders) promises(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	made, err := relationship.Promises(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	for _, p := range made {
		due := p.Due()
		if _, ended := p.End(); ended || p.Side != relationship.Ours || due.IsZero() || due.Before(today) || today.AddDays(daysToPromise+week).Before(due) {
			continue
		}
		who := []access.PersonID{p.Person}
		if p.Person == "" || !h.all[p.Person] {
			who = h.workers
		}
		for _, one := range who {
			all = append(all, matter{
				who: one, kind: "promise", about: string(p.ID) + " " + due.String(), asks: "See what it was", path: "/areas/" + a.Slug + "/promises/" + string(p.ID), until: decision.At(due.AddDays(2), 0),
				words: "We said to somebody we work with that we would do something by " + due.Full() + ". If it takes longer, an honest word is enough.",
			})
		}
	}
	return all, nil
}

// contacts remind those of us who hold a relationship when it goes quiet: once, until
// somebody is in touch again.
func (r *Reminders) contacts(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	links, err := relationship.OnMap(ctx, tx, a.ID, today)
	if err != nil {
		return nil, err
	}
	quiet := map[access.PersonID][]relationship.Link{}
	for _, l := range links {
		if l.QuietWeeks == 0 {
			continue
		}
		held := false
		for _, one := range l.Holders {
			if h.all[one.Person] && !slices.ContainsFunc(quiet[one.Person], func(other relationship.Link) bool { return other.ID == l.ID }) {
				quiet[one.Person] = append(quiet[one.Person], l)
				held = true
			}
		}
		for _, one := range h.workers {
			if !held {
				quiet[one] = append(quiet[one], l)
			}
		}
	}
	for _, who := range sorted(h.all) {
		for _, l := range quiet[who] {
			all = append(all, matter{
				who: who, kind: "contact", about: string(l.ID) + " " + l.LastContact.String(), asks: "See who it is", path: "/areas/" + a.Slug + "/relationships/" + string(l.ID),
				words: "Nobody has noted a contact with somebody you hold for " + strconv.Itoa(l.QuietWeeks) + " weeks. A short hello keeps it alive; if you were in touch, note it.",
			})
		}
	}
	return all, nil
}

// reviews remind the chair and the worker of what was agreed with an agency, when it
// is to be looked at again.
func (r *Reminders) reviews(ctx context.Context, tx *db.Tx, a area.Area, today date.Date, h here) (all []matter, err error) {
	due, err := workshop.ToReview(ctx, tx, a.ID, today.AddMonths(monthsToReview).AddDays(week))
	for _, one := range due {
		on := one.ReviewOn()
		if on.Before(today) {
			continue
		}
		for _, who := range slices.Concat(h.chairs, h.workers) {
			all = append(all, matter{
				who: who, kind: "review", about: string(one.ID) + " " + on.String(), asks: "Look at it", path: "/areas/" + a.Slug + "/together/" + string(one.ID), until: decision.At(on.AddDays(1), 0),
				words: "Something that was agreed with an agency is to be looked at again by " + on.Long() + ". A talk over a cup of tea will do.",
			})
		}
	}
	return all, err
}

// workersOf are those who are paid to help in an area.
func workersOf(wearers []person.Wearer) (all []access.PersonID) {
	for _, w := range wearers {
		if !slices.Contains(all, w.Person.ID) {
			all = append(all, w.Person.ID)
		}
	}
	return all
}
