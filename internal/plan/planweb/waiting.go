package planweb

import (
	"context"
	"errors"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// Waiting is what of an area’s plan waits for a person: a version to adopt; for
// those who write it a draft to go on with, and to look back at the plan when a year has gone. Nobody is asked to look
// back while the area is closed.
func Waiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) ([]web.Todo, error) {
	todos, err := toAdopt(ctx, tx, by, a)
	if err != nil {
		return nil, err
	}
	if by.Hat.Scope == access.InArea && by.May(access.CodeThemes, a.Place()) {
		left, err := plan.ToCode(ctx, tx, a.ID)
		if err != nil {
			return nil, err
		}
		if len(left) > 0 {
			todos = append(todos, web.Todo{
				Icon: "doc", Title: counted(len(left), "budget line") + " under no theme yet", Detail: "Nothing in the words of the plan told it. When it suits you, choose one for each.",
				Action: web.Link{Text: "Choose", Href: themesHref(a)}, Hidden: "themes for budget lines",
			})
		}
	}
	if by.Hat.Scope != access.InArea || !by.May(access.WritePlan, a.Place()) {
		return todos, err
	}
	switch _, err := plan.DraftOf(ctx, tx, a.ID); {
	case err == nil:
		todos = append(todos, web.Todo{
			Icon: "pen", Title: "A new version of the plan is being written", Detail: "Go on with it when you have time. Until it is adopted the plan is as it was.",
			Action: web.Link{Text: "Go on", Href: draftHref(a)}, Hidden: "with the draft of the plan",
		})
	case !errors.Is(err, fault.NotFound):
		return nil, err
	}
	since, err := plan.ReviewSince(ctx, tx, a.ID)
	if err != nil || since.IsZero() || since.After(today) {
		return todos, err
	}
	closed, err := area.ClosedOn(ctx, tx, a.ID, today)
	if !closed {
		todos = append(todos, web.Todo{
			Icon: "doc", Title: "Look back at the plan together", Detail: "It is a year since you last did. Keeping it as it is, on purpose, is a good answer too.",
			Action: web.Link{Text: "Look back", Href: reviewsHref(a)}, Hidden: "at the plan",
		})
	}
	return todos, err
}

// toAdopt is the newest version that is written and not adopted.
func toAdopt(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]web.Todo, error) {
	if !by.May(access.AdoptPlan, a.Place()) {
		return nil, nil
	}
	versions, err := plan.Versions(ctx, tx, a.ID)
	var inForce int64
	if at := slices.IndexFunc(versions, plan.Version.IsAdopted); at >= 0 {
		inForce = versions[at].Number
	}
	at := slices.IndexFunc(versions, func(v plan.Version) bool { return v.Standing(inForce) == plan.Proposed })
	if err != nil || at < 0 {
		return nil, err
	}
	number := ordinal(versions[at].Number)
	return []web.Todo{{
		Icon: "pen", Title: "Version " + number + " of the plan is written", Detail: "Read it, and put it to the partnership.",
		Action: web.Link{Text: "Read it", Href: versionHref(a, versions[at].Number)}, Hidden: "version " + number,
	}}, nil
}
