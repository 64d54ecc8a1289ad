package workshop

import (
	"context"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/share"
)

// LinkKind is the kind of a link by which the other side takes part in one record,
// and sees nothing else.
const LinkKind share.Kind = "taking part"

// LinkPart is the one part that such a link opens.
const LinkPart = "taking-part"

// ByLink is the record that a link is to, for what the other side does.
func ByLink(ctx context.Context, tx *db.Tx, l share.Link) (Record, error) {
	if l.Kind != LinkKind || !l.Shows(LinkPart) {
		return Record{}, fault.NotFound
	}
	r, err := ByID(ctx, tx, area.ID(l.Place.Area), ID(l.Subject))
	if err == nil && r.TheirPart() == "" && r.Kind.Words() == "" {
		return Record{}, fault.NotFound
	}
	return r, err
}

// Invited reports whether a kind has something for the other side to do.
func (k Kind) Invited() bool {
	return k == Conversation || k == Scores || k == Credit || k == Check
}

// TheirPart is the part that the other side writes by itself, or "": the role of
// who marks a health check is chosen with it.
func (r Record) TheirPart() string {
	switch r.Kind {
	case Scores:
		return "marks"
	case Check:
		return "marks officer"
	case Mapping, Conversation, Agreement, Seat, Credit, Celebration:
	}
	return ""
}

// A Guest acts for the other side: by a link, in which case what they do is recorded
// as of who shared it, with the link; or under an account of their own.
type Guest struct {
	By   access.Actor
	Link share.LinkID // "" for an officer with an account
	Body organisation.ID
}

// may asks whether a guest may act in a record: of a link it was asked when it was
// opened; an officer has to be asked still.
func (g Guest) may(ctx context.Context, tx *db.Tx, r Record) error {
	if g.Link != "" {
		return nil
	}
	if err := g.By.MustSee(access.SeeShared, access.Place{Organisation: string(g.Body)}); err != nil {
		return err
	}
	asked, err := AskedOf(ctx, tx, g.Body)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(asked, func(one Record) bool { return one.Area == r.Area && one.ID == r.ID }) {
		return fault.NotFound
	}
	return nil
}

// GuestSays records what the other side says. Sent twice, it is done once.
func (w *Workshops) GuestSays(ctx context.Context, g Guest, a area.Area, of ID, step StepKind, seen, form string) error {
	_, err := w.once(ctx, g.By, form, content("guest says "+string(step), a, of, seen), func(tx *db.Tx) (string, error) {
		return string(of), w.GuestSaysIn(ctx, tx, g, a, of, step, seen)
	})
	return err
}

// GuestSaysIn is GuestSays as part of a transaction.
func (w *Workshops) GuestSaysIn(ctx context.Context, tx *db.Tx, g Guest, a area.Area, of ID, step StepKind, seen string) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if err := g.may(ctx, tx, r); err != nil {
		return err
	}
	if !r.Kind.Invited() || step == Shared || step == Finished {
		return fault.NotFound
	}
	if r.Kind == Conversation && step == Agreed && !r.BothWant() {
		return fault.New(fault.Conflict, "Both sides say first that they want this talk.")
	}
	return w.say(ctx, tx, g.By, a, r, Step{Side: Theirs, Step: step, Digest: seen, ByLink: string(g.Link)})
}

// GuestWrites writes the part that is the other side's. Sent twice, it counts once.
func (w *Workshops) GuestWrites(ctx context.Context, g Guest, a area.Area, of ID, n NewSheet) error {
	_, err := w.once(ctx, g.By, n.Form, content("guest writes", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), w.GuestWritesIn(ctx, tx, g, a, of, n)
	})
	return err
}

// GuestWritesIn is GuestWrites as part of a transaction.
func (w *Workshops) GuestWritesIn(ctx context.Context, tx *db.Tx, g Guest, a area.Area, of ID, n NewSheet) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if err := g.may(ctx, tx, r); err != nil {
		return err
	}
	if n.Part == "" || n.Part != r.TheirPart() && (r.Kind != Check || !council(n.Part)) {
		return fault.NotFound
	}
	return w.writeAs(ctx, tx, g.By, a, r, Theirs, n)
}
