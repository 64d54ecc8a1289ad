package relationshipweb

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

type alert struct {
	Strong, More string
	Next         web.Link
	Enough       web.Link // where it is said that nothing is needed
	of           relationship.Relationship
	on           date.Date
	why          relationship.Why
}

// grounds are what an area knows that may be a reason to hand over: read once for all
// its relationships, or for one.
type grounds struct {
	handovers []relationship.Handover
	held      map[relationship.ID][]relationship.Holder
	noted     []relationship.Change
	changes   []agency.Change
	called    map[agency.ContactID]string
}

func (p pages) grounds(ctx context.Context, tx *db.Tx, s scene, of relationship.ID) (g grounds, err error) {
	today := p.site.Today()
	if g.handovers, err = relationship.Handovers(ctx, tx, s.area.ID, of); err != nil {
		return g, err
	}
	var held []relationship.Holder
	if of != "" {
		held, err = relationship.Holders(ctx, tx, s.area.ID, of)
	} else {
		held, err = relationship.EveryHolder(ctx, tx, s.area.ID)
	}
	if err != nil {
		return g, err
	}
	g.held = map[relationship.ID][]relationship.Holder{}
	for _, h := range held {
		g.held[h.Relationship] = append(g.held[h.Relationship], h)
	}
	if g.noted, err = relationship.Changes(ctx, tx, s.area.ID, of); err != nil {
		return g, err
	}
	if g.changes, err = agency.Changes(ctx, tx, s.area.ID, today.AddMonths(-3), today.AddMonths(3)); err != nil || len(g.changes) == 0 {
		return g, err
	}
	contacts, err := agency.Contacts(ctx, tx, s.area.ID)
	g.called = map[agency.ContactID]string{}
	for _, c := range contacts {
		g.called[c.ID] = c.Shown()
	}
	return g, err
}

// alerts are what asks for a look at a relationship: who leaves, who is away, what is
// to come, what officers gave notice of, and what is known to have changed at the body.
func (p pages) alerts(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, g grounds) (all []alert, err error) {
	today := p.site.Today()
	var handovers []relationship.Handover
	for _, h := range g.handovers {
		if h.Relationship == one.ID {
			handovers = append(handovers, h)
		}
	}
	begin := func(side relationship.Side, why relationship.Why, who, next string) web.Link {
		if !s.keeps {
			return web.Link{}
		}
		q := "?side=" + string(side) + "&why=" + string(why) + "&who=" + url.QueryEscape(who) + "&to=" + url.QueryEscape(next)
		return web.Link{Text: "Begin a handover", Href: href(s.area, one.ID) + "/handover" + q}
	}
	for _, h := range g.held[one.ID] {
		if !h.Leaves(today) || h.From.After(today) {
			continue
		}
		a := alert{Strong: h.Name + " leaves on " + h.Until.AddDays(-1).Long() + ".", on: h.Until.AddDays(-1), why: relationship.Leaving}
		at := slices.IndexFunc(handovers, func(over relationship.Handover) bool {
			return over.StoppedOn.IsZero() && strings.EqualFold(over.Who, h.Name)
		})
		switch {
		case at < 0:
			a.More, a.Next = "What they know can be handed over in small steps.", begin(h.Side, relationship.Leaving, h.Name, "")
		case handovers[at].Open():
			over := handovers[at]
			a.More = over.Between() + ": " + strings.ToLower(numbered(over.Done())) + " of " + strings.ToLower(numbered(len(over.Steps))) + " steps are done."
			a.Next = web.Link{Text: "See what is left to do", Href: href(s.area, one.ID) + "#handover"}
		default:
			continue
		}
		all = append(all, a)
	}
	for _, c := range g.noted {
		if c.Relationship != one.ID || !c.Stands(today, handovers) {
			continue
		}
		a := alert{Strong: c.Says(today), More: c.Words, on: c.From, why: c.Why}
		if c.SaidBy != "" {
			a.Strong, a.More = c.SaidBy+" gave notice:", c.Says(today)
		}
		who, next := c.Who, c.Cover
		if c.Why == relationship.NewInPost {
			who, next = "", c.Who
		}
		a.Next = begin(c.Side, c.Why, who, next)
		if s.keeps {
			a.Enough = web.Link{Text: "Nothing is needed", Href: changeHref(s.area, c.ID)}
		}
		all = append(all, a)
	}
	changed, err := p.changed(ctx, tx, one, g)
	if err != nil {
		return nil, err
	}
	for _, c := range changed {
		if slices.ContainsFunc(handovers, func(h relationship.Handover) bool { return h.StoppedOn.IsZero() && !h.OpenedAt.Before(c.at) }) {
			continue
		}
		more := ""
		if c.why == relationship.NewInPost {
			more = "A new post-holder likes a walkabout best."
		}
		all = append(all, alert{Strong: c.words, More: more, Next: begin(relationship.Theirs, c.why, c.who, c.next), on: c.on, why: c.why})
	}
	if !one.MergedOn.IsZero() {
		all = append(all, alert{Strong: "This went into another on " + one.MergedOn.Long() + ".", More: "Its story stays here, and is told there too.", Next: web.Link{Text: "See the other", Href: href(s.area, one.MergedIn)}})
	}
	for i := range all {
		all[i].of = one
	}
	return all, nil
}

// whereabouts are the bodies and teams with which relationships are, and which of these
// stand: read once for all, or for one.
type whereabouts struct {
	stands map[relationship.ID]bool
	bodies map[organisation.ID]agency.Body
	units  map[agency.UnitID]agency.Unit
}

func (p pages) whereabouts(ctx context.Context, tx *db.Tx, s scene, all ...relationship.Relationship) (at whereabouts, err error) {
	today := p.site.Today()
	at.stands, at.units = map[relationship.ID]bool{}, map[agency.UnitID]agency.Unit{}
	if len(all) == 1 {
		noted, err := relationship.StatesOf(ctx, tx, s.area.ID, all[0].ID)
		if err != nil {
			return at, err
		}
		now, is := all[0].Standing(noted, today)
		at.stands[all[0].ID] = is && now.Closeness != relationship.Over
	} else {
		links, err := relationship.OnMap(ctx, tx, s.area.ID, today)
		if err != nil {
			return at, err
		}
		for _, l := range links {
			at.stands[l.ID] = true
		}
	}
	var bodies []organisation.ID
	inTeam := false
	for _, one := range all {
		bodies, inTeam = append(bodies, one.Body), inTeam || one.Unit != ""
	}
	if inTeam {
		units, err := agency.Units(ctx, tx, s.area.ID)
		if err != nil {
			return at, err
		}
		for _, u := range units {
			at.units[u.ID], bodies = u, append(bodies, u.Body)
		}
	}
	slices.Sort(bodies)
	at.bodies, err = agency.BodiesByID(ctx, tx, slices.Compact(bodies))
	return at, err
}

// moved says that the body or the team of a relationship is no more, or is another's by
// now, until somebody says with whom it goes on.
func (p pages) moved(ctx context.Context, tx *db.Tx, s scene, one relationship.Relationship, at whereabouts) (all []alert, err error) {
	today := p.site.Today()
	if !at.stands[one.ID] {
		return nil, nil
	}
	say := func(strong, words string, on date.Date) alert {
		a := alert{Strong: strong, on: on, why: relationship.Restructure, of: one}
		if s.keeps {
			a.Next = web.Link{Text: words, Href: href(s.area, one.ID) + "/details"}
		}
		return a
	}
	if b := at.bodies[one.Body]; !b.Closed.IsZero() && !today.Before(b.Closed) { // who only holds the money is on no list of agencies
		a := say(b.Name+" is no more, since "+b.Closed.Long()+".", "Say with whom it goes on", b.Closed)
		a.More = "All that was told stays here."
		after, err := agency.CurrentOf(ctx, tx, b.ID, today)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, next := range after {
			names = append(names, next.Name)
		}
		if len(names) > 0 {
			a.More = "After it came " + and(names, "and") + "."
		}
		all = append(all, a)
	}
	u, is := at.units[one.Unit]
	switch {
	case !is:
	case !u.Until.IsZero() && !today.Before(u.Until):
		a := say("Their team, "+u.Name+", is no more, since "+u.Until.Long()+".", "Say which team it is now", u.Until)
		var names []string
		for _, id := range u.Successors {
			names = append(names, at.units[id].Name)
		}
		if len(names) > 0 {
			a.More = "After it came " + and(names, "and") + "."
		}
		all = append(all, a)
	case u.Body != one.Body:
		all = append(all, say("Their team, "+u.Name+", went over to "+at.bodies[u.Body].Name+".", "Say that it goes on there", u.From))
	}
	return all, nil
}

// A change at a body that may be a reason to hand over.
type change struct {
	words, who, next string
	why              relationship.Why
	on               date.Date
	at               time.Time
}

// comesAfter reports whether somebody came into the post that another left.
func comesAfter(left, came agency.Change) bool {
	return came.Kind == agency.Came && came.Post == left.Post && came.Post != "" && !came.On.Before(left.On) && came.Contact != left.Contact
}

// endsWith reports whether somebody left a post because there is no such post any more.
func endsWith(left, ended agency.Change) bool {
	return left.Kind == agency.Left && ended.Kind == agency.PostEnded && left.Post == ended.Post && left.On == ended.On
}

// changed are the changes of the last three months, and of the next, at the body of a
// relationship: of its posts, its units, and of itself.
func (p pages) changed(ctx context.Context, tx *db.Tx, one relationship.Relationship, g grounds) (all []change, err error) {
	held, called, changes := g.held[one.ID], g.called, g.changes
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
		add := func(news change) {
			news.on, news.at = c.On, c.NotedAt
			all = append(all, news)
		}
		switch c.Kind {
		case agency.Came:
			if known && name != "" && !slices.ContainsFunc(held, func(h relationship.Holder) bool { return h.Contact == c.Contact }) {
				news := change{words: name + " is new in a post that we know.", next: name, why: relationship.NewInPost}
				if i := slices.IndexFunc(changes, func(other agency.Change) bool { return other.Kind == agency.Left && comesAfter(other, c) }); i >= 0 {
					news.who = called[changes[i].Contact]
				}
				if news.who != "" {
					news.words = name + " comes after " + news.who + ", in a post that we know."
				}
				add(news)
			}
		case agency.Left:
			if slices.ContainsFunc(changes, func(other agency.Change) bool { return endsWith(c, other) }) {
				continue // told with the post
			}
			if known && name != "" && !slices.ContainsFunc(held, func(h relationship.Holder) bool { return h.Contact == c.Contact && !h.Until.IsZero() }) {
				add(change{words: name + " leaves the post in which we know them.", who: name, why: relationship.Leaving})
			}
		case agency.UnitEnded:
			if one.Unit == c.Unit {
				add(change{words: "Their team was rearranged.", why: relationship.Restructure})
			}
		case agency.UnitMoved:
			if one.Unit != "" && one.Unit == c.Unit {
				add(change{words: "Their team has another name or another place since " + c.On.Long() + ".", why: relationship.Restructure})
			}
		case agency.PostEnded:
			if known {
				news := change{words: "A post in which we know somebody comes to an end on " + c.On.Long() + ".", why: relationship.Restructure}
				if i := slices.IndexFunc(changes, func(other agency.Change) bool { return endsWith(other, c) }); i >= 0 && called[changes[i].Contact] != "" {
					news.who = called[changes[i].Contact]
					news.words = "The post in which we know " + news.who + " comes to an end on " + c.On.Long() + "."
				}
				add(news)
			}
		case agency.PostMoved:
			if known {
				add(change{words: "A post in which we know somebody has another title or another team since " + c.On.Long() + ".", why: relationship.Restructure})
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
			add(change{words: words, why: relationship.Restructure})
		}
	}
	return all, nil
}
