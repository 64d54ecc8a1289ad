package partnership

import (
	"context"
	"fmt"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A NewOffice is that somebody takes on an office. The chair’s hat, with what a
// chair may do, is given by the programme.
type NewOffice struct {
	Form   string
	Office Office
	From   date.Date
}

// Check says what is wrong with n, if anything.
func (n NewOffice) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if !slices.Contains(Offices(), n.Office) {
		wrong.Add("office", "Choose what they take on")
	}
	checkDays(&wrong, n.From, date.Date{}, today)
	return wrong
}

// TakeOffice records that somebody holds an office. Sent twice, it counts once.
func (p *Partnerships) TakeOffice(ctx context.Context, by access.Actor, a area.Area, who access.PersonID, n NewOffice) error {
	_, err := p.once(ctx, by, "take office", n.Form, []any{"office", a.ID, who, n.Office, n.From.String()}, func(tx *db.Tx) (string, error) {
		h, err := p.TakeOfficeIn(ctx, tx, by, a, who, n)
		return string(h.ID), err
	})
	return err
}

// TakeOfficeIn is TakeOffice as part of a transaction.
func (p *Partnerships) TakeOfficeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID, n NewOffice) (Held, error) {
	if err := p.mayKeep(by, a, who); err != nil {
		return Held{}, err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return Held{}, err
	}
	times, err := timesOf(ctx, tx, a.ID, who)
	if err != nil {
		return Held{}, err
	}
	if len(times) == 0 {
		return Held{}, fault.NotFound
	}
	if !slices.ContainsFunc(times, func(m Member) bool { return m.On(n.From) }) {
		return Held{}, fault.Invalid{{Field: "from", Words: "They are not in the partnership on that day. Enter a day on which they are"}}
	}
	all, err := OfficesOf(ctx, tx, a.ID)
	if err != nil {
		return Held{}, err
	}
	if slices.ContainsFunc(all, func(h Held) bool {
		return h.Person == who && h.Office == n.Office && (h.Until.IsZero() || n.From.Before(h.Until))
	}) {
		return Held{}, fault.New(fault.Conflict, "They are "+n.Office.Words()+" already.")
	}
	h := Held{ID: id.New[OfficeID](p.IDs), Person: who, Office: n.Office, From: n.From}
	if err := insertOffice(ctx, tx, a.ID, h, by.Person, p.Now()); err != nil {
		return Held{}, fmt.Errorf("insert office: %w", err)
	}
	return h, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "office taken", Subject: string(h.ID), By: by, At: p.Now(),
		Facts: h.facts(),
	})
}

// EndOffice records that somebody holds an office no more, from a day on. Sent
// twice, it counts once.
func (p *Partnerships) EndOffice(ctx context.Context, by access.Actor, a area.Area, o OfficeID, until date.Date, form string) error {
	_, err := p.once(ctx, by, "end office", form, []any{"end office", a.ID, o, until.String()}, func(tx *db.Tx) (string, error) {
		return string(o), p.EndOfficeIn(ctx, tx, by, a, o, until)
	})
	return err
}

// EndOfficeIn is EndOffice as part of a transaction. Who holds it may lay it down.
func (p *Partnerships) EndOfficeIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, o OfficeID, until date.Date) error {
	all, err := OfficesOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(h Held) bool { return h.ID == o })
	if i < 0 {
		return fault.NotFound
	}
	if all[i].Person != by.Person {
		if err := by.Must(access.KeepMembers, a.Place()); err != nil {
			return err
		}
	}
	switch {
	case until.IsZero() || until.Before(all[i].From):
		return fault.Invalid{{Field: "until", Words: "They hold it from " + all[i].From.Long() + ". Enter that day or a later one"}}
	case !all[i].Until.IsZero() && until.After(all[i].Until):
		return fault.New(fault.Conflict, "They lay it down on "+all[i].Until.Long()+" as it is. Record anew that they hold it.")
	}
	return p.endOffice(ctx, tx, by, a, o, until)
}

func (p *Partnerships) endOffice(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, o OfficeID, until date.Date) error {
	if err := insertOfficeEnd(ctx, tx, a.ID, o, until, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert office end: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: string(a.ID), Act: "office laid down", Subject: string(o), By: by, At: p.Now(), Facts: map[string]string{"until": until.String()},
	})
}

// dropOffices ends what offices somebody who leaves holds.
func (p *Partnerships) dropOffices(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID, until date.Date) error {
	all, err := OfficesOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.Person != who || (!h.Until.IsZero() && !until.Before(h.Until)) {
			continue
		}
		last := until
		if last.Before(h.From) {
			last = h.From
		}
		if err := p.endOffice(ctx, tx, by, a, h.ID, last); err != nil {
			return err
		}
	}
	return nil
}
