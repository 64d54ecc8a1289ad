package relationshipweb

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/web"
)

// An ending is what is told beforehand of a relationship that goes on with another.
type ending struct {
	Heading  string
	Accounts string // what those who have an account see no more
}

// ending reads what ends where a relationship goes on with another body, or goes into
// another: what officers with an account see. The links that are open are offered, with
// a tick: they were given to people of the body as it was.
func (p pages) ending(ctx context.Context, tx *db.Tx, about *subject, merged bool) error {
	a, of := about.area, about.relationship
	body, err := organisation.NameOf(ctx, tx, of.Body)
	if err != nil {
		return err
	}
	about.ends = ending{Heading: "If it goes on with another organisation", Accounts: "Officers who have an account see nothing of it now. So it stays, until you choose."}
	sees, err := p.anySees(ctx, tx, a, of)
	if err != nil {
		return err
	}
	if sees {
		about.ends.Accounts = "Officers of " + body + " who have an account see it no more, at once. Those of the other see nothing until you choose."
	}
	if merged {
		about.ends.Heading, about.ends.Accounts = "What ends, and what stays", "Officers who have an account see this one no more. Of the other they see what you chose there."
	}
	links, err := p.openLinks(ctx, tx, a, of.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		about.options["end_links"] = append(about.options["end_links"], web.Option{Value: string(l.ID), Text: l.ForWhom, Hint: linkSays(l) + " Until " + l.Until.Long() + "."})
		about.begins.Add("end_links", string(l.ID))
	}
	return nil
}

// linkSays is what a link shows, in words.
func linkSays(l share.Link) string {
	if l.Kind != ShareKind {
		return "To take part in something with us."
	}
	return inWords(l.Contents) + "."
}

// anySees reports whether officers with an account see something of a relationship.
func (p pages) anySees(ctx context.Context, tx *db.Tx, a area.Area, of relationship.Relationship) (bool, error) {
	v, err := relationship.ViewOf(ctx, tx, a.ID, of.ID)
	if err != nil || len(v.Contents) > 0 {
		return len(v.Contents) > 0, err
	}
	own, err := relationship.OwnViews(ctx, tx, a.ID, of.ID)
	last := map[access.PersonID]bool{}
	for _, one := range own {
		last[one.Person] = one.Holds(p.site.Today()) && len(one.Contents) > 0
	}
	for _, sees := range last {
		if sees {
			return true, err
		}
	}
	return false, err
}

// openLinks are the links of a relationship that open: to it, and to what is done
// together.
func (p pages) openLinks(ctx context.Context, tx *db.Tx, a area.Area, of relationship.ID) (open []share.Link, err error) {
	all, err := share.LinksOf(ctx, tx, string(a.ID), ShareKind, string(of))
	if err != nil {
		return nil, err
	}
	if p.extras.Links != nil {
		more, err := p.extras.Links(ctx, tx, a, of)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	for _, l := range all {
		standing, err := p.shares.StandingOf(ctx, tx, l)
		if err != nil {
			return nil, err
		}
		if standing == share.Works {
			open = append(open, l)
		}
	}
	return open, nil
}

// endLinks are the links that were ticked, of those that were offered.
func (about subject) endLinks(form *web.Form) (all []share.LinkID) {
	for _, o := range about.options["end_links"] {
		if slices.Contains(form.Texts("end_links"), o.Value) {
			all = append(all, share.LinkID(o.Value))
		}
	}
	return all
}
