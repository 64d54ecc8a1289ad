package relationshipweb

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"commontable/internal/agency"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

type alert struct {
	Strong, More string
	Next         web.Link
}

// alerts are what asks for a look: who leaves, what officers gave notice of, and what
// is known to have changed at the body.
func (p pages) alerts(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship) (all []alert, err error) {
	today := p.site.Today()
	handovers, err := relationship.Handovers(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	open := func(name string) (relationship.Handover, bool) {
		for _, h := range handovers {
			if h.StoppedOn.IsZero() && (name == "" || strings.EqualFold(h.Who, name)) {
				return h, true
			}
		}
		return relationship.Handover{}, false
	}
	begin := func(side relationship.Side, why relationship.Why, who, next string) web.Link {
		if !s.keeps {
			return web.Link{}
		}
		q := "?side=" + string(side) + "&why=" + string(why) + "&who=" + url.QueryEscape(who) + "&to=" + url.QueryEscape(next)
		return web.Link{Text: "Begin a handover", Href: href(s.area, one.ID) + "/handover" + q}
	}
	held, err := relationship.Holders(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		if !h.Leaves(today) || h.From.After(today) {
			continue
		}
		a := alert{Strong: h.Name + " leaves on " + h.Until.AddDays(-1).Long() + "."}
		if over, is := open(h.Name); is {
			a.More = over.Between() + ": " + strings.ToLower(numbered(over.Done())) + " of " + strings.ToLower(numbered(len(over.Steps))) + " steps are done."
			a.Next = web.Link{Text: "See what is left to do", Href: "#handover"}
		} else {
			a.More, a.Next = "What they know can be handed over in small steps.", begin(h.Side, relationship.Leaving, h.Name, "")
		}
		all = append(all, a)
	}
	entries, err := relationship.Entries(ctx, tx, s.area.ID, one.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Kind != relationship.Notice || e.On.Before(today.AddMonths(-2)) || slices.ContainsFunc(handovers, func(h relationship.Handover) bool { return h.OpenedAt.After(e.At) }) {
			continue
		}
		who, rest, _ := strings.Cut(e.Words, " leaves on ")
		next := ""
		if _, after, is := strings.Cut(rest, ". "); is {
			next = strings.TrimSuffix(after, " takes over.")
		}
		all = append(all, alert{Strong: e.SaidBy + " gave notice:", More: e.Words, Next: begin(relationship.Theirs, relationship.Leaving, who, next)})
	}
	changed, err := p.changed(ctx, tx, s, one, held)
	if err != nil {
		return nil, err
	}
	for _, c := range changed {
		if _, is := open(""); is && len(handovers) > 0 && !handovers[0].OpenedAt.Before(c.at) {
			continue
		}
		all = append(all, alert{Strong: c.words, More: "A new post-holder likes a walkabout best.", Next: begin(relationship.Theirs, c.why, c.who, c.next)})
	}
	if !one.MergedOn.IsZero() {
		all = append(all, alert{Strong: "This went into another on " + one.MergedOn.Long() + ".", More: "Its story stays here, and is told there too.", Next: web.Link{Text: "See the other", Href: href(s.area, one.MergedIn)}})
	}
	return all, nil
}

// A change at a body that may be a reason to hand over.
type change struct {
	words, who, next string
	why              relationship.Why
	at               time.Time
}

// comesAfter reports whether somebody came into the post that another left.
func comesAfter(left, came agency.Change) bool {
	return came.Kind == agency.Came && came.Post == left.Post && came.Post != "" && !came.On.Before(left.On) && came.Contact != left.Contact
}

// changed are the changes of the last three months at the body of a relationship: of
// its posts, its units, and of itself.
func (p pages) changed(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, held []relationship.Holder) (all []change, err error) {
	today := p.site.Today()
	changes, err := agency.Changes(ctx, tx, s.area.ID, today.AddMonths(-3), today.AddMonths(3))
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	contacts, err := agency.Contacts(ctx, tx, s.area.ID)
	if err != nil {
		return nil, err
	}
	called := map[agency.ContactID]string{}
	for _, c := range contacts {
		called[c.ID] = c.Shown()
	}
	for _, c := range changes {
		if c.Body != one.Body || one.Unit != "" && c.Unit != "" && c.Unit != one.Unit {
			continue
		}
		known := slices.ContainsFunc(held, func(h relationship.Holder) bool {
			return c.Contact != "" && h.Contact == c.Contact || c.Post != "" && h.Post == c.Post
		})
		name := called[c.Contact]
		if i := slices.IndexFunc(changes, func(other agency.Change) bool { return c.Kind == agency.Left && comesAfter(c, other) }); i >= 0 && known && called[changes[i].Contact] != "" {
			continue // told with who comes after them
		}
		switch c.Kind {
		case agency.Came:
			if known && name != "" && !slices.ContainsFunc(held, func(h relationship.Holder) bool { return h.Contact == c.Contact }) {
				news := change{words: name + " is new in a post that we know.", next: name, why: relationship.NewInPost, at: c.NotedAt}
				if i := slices.IndexFunc(changes, func(other agency.Change) bool { return other.Kind == agency.Left && comesAfter(other, c) }); i >= 0 {
					news.who = called[changes[i].Contact]
				}
				if news.who != "" {
					news.words = name + " comes after " + news.who + ", in a post that we know."
				}
				all = append(all, news)
			}
		case agency.Left:
			if known && name != "" && !slices.ContainsFunc(held, func(h relationship.Holder) bool { return h.Contact == c.Contact && !h.Until.IsZero() }) {
				all = append(all, change{words: name + " leaves the post in which we know them.", who: name, why: relationship.Leaving, at: c.NotedAt})
			}
		case agency.UnitEnded:
			if one.Unit == c.Unit {
				all = append(all, change{words: "Their team was rearranged.", why: relationship.Restructure, at: c.NotedAt})
			}
		case agency.BodyClosed:
			words := "The organisation came to an end on " + c.On.Long() + "."
			if len(c.Successors) > 0 {
				bodies, err := agency.BodiesByID(ctx, tx, c.Successors)
				if err != nil {
					return nil, err
				}
				var next []string
				for _, b := range c.Successors {
					next = append(next, bodies[b].Name)
				}
				words += " After it came " + and(next, "and") + "."
			}
			all = append(all, change{words: words, why: relationship.Restructure, at: c.NotedAt})
		case agency.UnitMoved, agency.PostEnded, agency.PostMoved:
		}
	}
	return all, nil
}
