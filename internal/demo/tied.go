package demo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
)

// levelOf is how far up a job is, of those that are played.
var levelOf = map[string]agency.Level{
	"parks manager": agency.Middle, "parks officer": agency.FrontLine, "traffic engineer": agency.Middle, "highways officer": agency.FrontLine, "councillor": agency.Board,
	"neighbourhood officer": agency.FrontLine, "public health lead": agency.Senior, "finance": agency.Middle, "director": agency.Senior,
}

// tied is the contact and the post of somebody of a body: as they were noted among
// those that the area knows, or noted now with the days on which they held it.
func (p *player) tied(ctx context.Context, tx *db.Tx, of relationship.Relationship, h bondHolder) (agency.ContactID, agency.PostID, error) {
	by, a, body := p.star.worker, p.star.area, of.Body
	if _, err := agency.KnownTo(ctx, tx, a.ID, body); errors.Is(err, fault.NotFound) {
		return "", "", nil // who holds the money is no agency
	} else if err != nil {
		return "", "", err
	}
	contacts, err := agency.Contacts(ctx, tx, a.ID)
	if err != nil {
		return "", "", err
	}
	posts, err := agency.Posts(ctx, tx, a.ID)
	if err != nil {
		return "", "", err
	}
	var who agency.ContactID
	if i := slices.IndexFunc(contacts, func(c agency.Contact) bool { return c.Name == h.name }); i >= 0 {
		who = contacts[i].ID
		for _, post := range posts {
			held, err := agency.HoldingsOf(ctx, tx, a.ID, post.ID)
			if err != nil {
				return "", "", err
			}
			if post.Body == body && slices.ContainsFunc(held, func(one agency.Holding) bool { return one.Contact == who }) {
				return who, post.ID, nil
			}
		}
	}
	if h.role == "" {
		return who, "", nil // only what they are is known, and not who
	}
	if who == "" {
		words := strings.Fields(organisation.Fold(h.name))
		if who, err = p.agencies.AddContactIn(ctx, tx, by, a, agency.NewContact{Name: h.name, Email: words[len(words)-2] + "." + words[len(words)-1] + "@patchwork.example"}); err != nil {
			return "", "", err
		}
	}
	from, title := date.Must(h.from), strings.ToUpper(h.role[:1])+h.role[1:]
	var post agency.PostID
	for _, one := range posts {
		if one.Body == body && one.Title == title && !from.Before(one.From) {
			post = one.ID
		}
	}
	if post == "" {
		if post, err = p.agencies.AddPostIn(ctx, tx, by, a, agency.NewPost{Body: body, Unit: of.Unit, Title: title, Level: levelOf[h.role], From: from}); err != nil {
			return "", "", err
		}
	}
	holding, err := p.agencies.HoldIn(ctx, tx, by, a, agency.NewHolding{Post: post, Contact: who, From: from})
	if err == nil && h.until != "" {
		err = p.agencies.EndHoldingIn(ctx, tx, by, a, holding, date.Must(h.until))
	}
	return who, post, err
}

// knownBody is the body on the area's list that a relationship is with.
func (p *player) knownBody(ctx context.Context, tx *db.Tx, name string) (organisation.ID, error) {
	all, err := agency.Listed(ctx, tx, p.star.area.ID, p.what.Today)
	for _, b := range all {
		if b.Name == name {
			return b.ID, nil
		}
	}
	return "", err
}

// withTeam has a relationship be with the team that has a name, of its body; where the
// area does not know one it is with the body as a whole.
func (p *player) withTeam(ctx context.Context, tx *db.Tx, n *relationship.New, team string) error {
	units, err := agency.UnitsOn(ctx, tx, p.star.area.ID, n.Body, p.what.Today)
	for _, u := range units {
		if u.Name == team {
			n.Body, n.Unit = u.Body, u.ID
		}
	}
	return err
}

// newConstable plays that somebody else came into a post that is known: from which a
// handover can begin.
func (p *player) newConstable(ctx context.Context, tx *db.Tx, police relationship.ID) error {
	by, a, today := p.star.worker, p.star.area, p.what.Today
	held, err := relationship.Holders(ctx, tx, a.ID, police)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(held, func(h relationship.Holder) bool { return h.Post != "" })
	if i < 0 {
		return nil
	}
	who, err := p.agencies.AddContactIn(ctx, tx, by, a, agency.NewContact{Name: "PC Nadia Rafiq", Email: "nadia.rafiq@patchwork.example"})
	if err != nil {
		return err
	}
	_, err = p.agencies.HoldIn(ctx, tx, by, a, agency.NewHolding{Post: held[i].Post, Contact: who, From: today.AddDays(-9), Instead: true})
	return err
}
