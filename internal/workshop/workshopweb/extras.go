package workshopweb

import (
	"context"
	"errors"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
	"commontable/internal/workshop"
)

// An AgreedWith is an agreement, for the page of a relationship.
type AgreedWith struct {
	Title, Href, Detail string
	Soon                string // what to talk about soon, if anything
	On                  date.Date
}

// Agreements are those with one body, the latest first.
func Agreements(ctx context.Context, tx *db.Tx, a area.Area, of relationship.ID, today date.Date) ([]AgreedWith, error) {
	records, err := workshop.Of(ctx, tx, a.ID, workshop.Agreement, of)
	var all []AgreedWith
	for _, r := range records {
		_, stands := status(r)
		one := AgreedWith{Title: name(r, nil), Href: href(a, r.ID), Detail: "From " + r.Day().Long() + ". " + stands + ".", On: r.Day()}
		if signed := r.SignedInWords(); signed != "" {
			one.Detail += " " + signed + "."
		}
		if on := r.ReviewOn(); !on.IsZero() && !on.After(today.AddDays(90)) {
			one.Soon = "Look again by " + on.Long()
		}
		all = append([]AgreedWith{one}, all...)
	}
	return all, err
}

// Cards are how well it works with one body, for those who keep the relationships.
func Cards(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of relationship.ID) ([]templ.Component, error) {
	if !by.May(access.KeepRelationships, a.Place()) {
		return nil, nil
	}
	s, err := workshop.LatestScores(ctx, tx, a.ID, of)
	if errors.Is(err, fault.NotFound) {
		return []templ.Component{worksCard(nil, beginHref(a, workshop.Scores)+"?relationship="+string(of), "Score how well it works")}, nil
	}
	if err != nil {
		return nil, err
	}
	var table templ.Component
	for _, c := range scoresCards(s, "We say", "They say") {
		if c.Table != nil {
			table = c.Table
		}
	}
	return []templ.Component{worksCard(table, href(a, s.ID), "Scored on "+s.On.Long())}, nil
}

// Approved are the words that both sides approved: summaries of talks, and who gets
// the credit.
func Approved(ctx context.Context, tx *db.Tx, a area.Area, of relationship.ID) (all []string, err error) {
	for _, kind := range []workshop.Kind{workshop.Conversation, workshop.Credit} {
		records, err := workshop.Of(ctx, tx, a.ID, kind, of)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if r.Finished() {
				all = append(all, r.Sheet(kind.Words(), workshop.Ours).Answers["words"])
			}
		}
	}
	return all, nil
}
