package demo

import (
	"context"
	"slices"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/relationship"
)

// changing plays what is to come for the richly shown area: somebody of ours is away,
// the next election, and a notice that an officer gave; and how often it means to be
// in touch with each of theirs.
func (p *player) changing(ctx context.Context, tx *db.Tx, ids map[string]relationship.ID) error {
	by, a, today := p.star.worker, p.star.area, p.what.Today
	if _, err := p.relationships.NoteChangeIn(ctx, tx, by, a, relationship.NewChange{
		Why: relationship.Absence, Side: relationship.Ours, Who: "Tom Pearce", From: today.AddDays(19), Until: today.AddDays(61), Words: "He likes to be rung, and asked nothing.",
	}); err != nil {
		return err
	}
	if _, err := p.relationships.NoteChangeIn(ctx, tx, by, a, relationship.NewChange{
		Why: relationship.Election, From: nextElection(today), Words: "Two of the four stand again.", Of: []relationship.ID{ids["Ward councillors"]},
	}); err != nil {
		return err
	}
	clerk := relationship.Officer{By: by, Name: "Peter Lunn", Shows: []string{relationship.PartAbout}}
	if _, err := p.relationships.GiveNoticeIn(ctx, tx, clerk, a, ids["Town council"], relationship.StaffChange{
		What: relationship.Absence, Who: "Peter Lunn", On: today.AddDays(5), Until: today.AddDays(26), Next: "The deputy clerk",
	}); err != nil {
		return err
	}
	held, err := relationship.EveryHolder(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		who  string
		tier relationship.Tier
	}{{"Karen Whitfield", relationship.CloseTier}, {"Jas Gill", relationship.CloseTier}, {"Ian Cole", relationship.Occasional}, {"Cllr Joan Hartley", relationship.Occasional}, {"Claire Whitby", relationship.CloseTier}} {
		if err := p.relationships.SetTierIn(ctx, tx, by, a, holderCalled(held, one.who), one.tier); err != nil {
			return err
		}
	}
	return nil
}

// nextElection is the first Thursday of the next May: when councillors are elected.
func nextElection(day date.Date) date.Date {
	year := day.Year()
	if !day.Before(date.New(year, 5, 1)) {
		year++
	}
	on := date.New(year, 5, 1)
	for on.Weekday() != 4 {
		on = on.AddDays(1)
	}
	return on
}

func holderCalled(held []relationship.Holder, name string) relationship.HolderID {
	if i := slices.IndexFunc(held, func(h relationship.Holder) bool { return h.Name == name }); i >= 0 {
		return held[i].ID
	}
	return ""
}

// metWith are those of theirs with whom somebody was in touch, by their names.
func metWith(ctx context.Context, tx *db.Tx, a area.ID, of relationship.ID, names []string) (all []relationship.HolderID, err error) {
	if len(names) == 0 {
		return nil, nil
	}
	held, err := relationship.Holders(ctx, tx, a, of)
	for _, name := range names {
		all = append(all, holderCalled(held, name))
	}
	return all, err
}
