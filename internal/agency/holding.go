package agency

import (
	"context"
	"fmt"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A HoldingID names that somebody holds a post.
type HoldingID string

// A Holding is that somebody holds a post, from a day to a day. A post may be held
// by several, by nobody, or by somebody of whom it is not known who it is.
type Holding struct {
	ID          HoldingID
	Post        PostID
	Contact     ContactID // "" for somebody of whom it is not known who it is
	From, Until date.Date // Until: the first day on which they do not; equal to From where it was noted by mistake
}

// OnDay reports whether they hold it on a day.
func (h Holding) OnDay(day date.Date) bool { return within(day, h.From, h.Until) }

// isMistake reports whether it was noted by mistake, and never was so.
func (h Holding) isMistake() bool { return h.Until == h.From }

// meets reports whether there is a day on which both are so.
func (h Holding) meets(other Holding) bool {
	if h.isMistake() || other.isMistake() {
		return false
	}
	return (h.Until.IsZero() || other.From.Before(h.Until)) && (other.Until.IsZero() || h.From.Before(other.Until))
}

// A Holder is a post as it is on a day, and who holds it.
type Holder struct {
	Holding
	Contact Contact // zero for somebody of whom it is not known who it is
	Post    Post
}

// NewHolding is that somebody holds a post.
type NewHolding struct {
	Form    string
	Post    PostID
	Contact ContactID
	From    date.Date
	Instead bool // of everybody who held it: they end on that day
}

// Hold notes that somebody holds a post. Sent twice, it counts once.
func (g *Agencies) Hold(ctx context.Context, by access.Actor, a area.Area, n NewHolding) (HoldingID, error) {
	made, err := g.once(ctx, by, n.Form, content("hold post", a, n.Post, n), func(tx *db.Tx) (string, error) {
		made, err := g.HoldIn(ctx, tx, by, a, n)
		return string(made), err
	})
	return HoldingID(made), err
}

// HoldIn is Hold as part of a transaction.
func (g *Agencies) HoldIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, n NewHolding) (HoldingID, error) {
	p, err := g.mayKeepPost(ctx, tx, by, a, n.Post)
	if err != nil {
		return "", err
	}
	if n.From.IsZero() || n.From.After(g.today().AddMonths(24)) || !within(n.From, p.From, p.Until) {
		return "", fault.Invalid{{Field: "from", Words: "Enter the day since when they have the job: not before " + p.From.Long() + ", since when there is such a job"}}
	}
	if n.Contact != "" {
		c, err := ContactByID(ctx, tx, a.ID, n.Contact)
		if isNotFound(err) || (err == nil && !c.Forgotten.IsZero()) {
			return "", fault.Invalid{{Field: "contact", Words: "Choose the person from the list"}}
		}
		if err != nil {
			return "", err
		}
	}
	held, err := HoldingsOf(ctx, tx, a.ID, n.Post)
	if err != nil {
		return "", err
	}
	for _, h := range held {
		switch {
		case h.isMistake() || (!h.Until.IsZero() && !h.Until.After(n.From)): // it was over
		case n.Contact != "" && h.Contact == n.Contact:
			return "", fault.Invalid{{Field: "contact", Words: "They have this job already, since " + h.From.Long()}}
		case n.Instead:
			if err := g.endHolding(ctx, tx, by, a, h, later(n.From, h.From)); err != nil {
				return "", err
			}
		}
	}
	made := Holding{ID: id.New[HoldingID](g.IDs), Post: n.Post, Contact: n.Contact, From: n.From}
	if _, err := tx.Exec(ctx, `
		INSERT INTO agency_holdings (area_id, id, post_id, contact_id, from_on, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, made.ID, made.Post, orNull(made.Contact), made.From, by.Person, g.Now()); err != nil {
		return "", fmt.Errorf("insert holding: %w", err)
	}
	return made.ID, g.record(ctx, tx, by, a, "post held", string(made.ID), map[string]string{"post": string(made.Post), "contact": string(made.Contact), "from": made.From.String()}, "")
}

// EndHolding notes the first day on which somebody does not hold a post any more, or
// notes it anew; the zero day says that they do go on. Sent twice, it counts once.
func (g *Agencies) EndHolding(ctx context.Context, by access.Actor, a area.Area, of HoldingID, until date.Date, form string) error {
	_, err := g.once(ctx, by, form, content("end holding", a, of, until.String()), func(tx *db.Tx) (string, error) {
		return string(of), g.EndHoldingIn(ctx, tx, by, a, of, until)
	})
	return err
}

// EndHoldingIn is EndHolding as part of a transaction.
func (g *Agencies) EndHoldingIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of HoldingID, until date.Date) error {
	if err := g.MustKeep(ctx, tx, by, a); err != nil {
		return err
	}
	h, err := HoldingByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	p, err := PostByID(ctx, tx, a.ID, h.Post)
	if err != nil {
		return err
	}
	last := g.today().AddMonths(24)
	if !p.Until.IsZero() {
		last = p.Until
	}
	if (until.IsZero() && !p.Until.IsZero()) || (!until.IsZero() && (until.Before(h.From) || until.After(last))) {
		return fault.Invalid{{Field: "until", Words: "Enter a day from " + h.From.Long() + " to " + last.Long()}}
	}
	others, err := HoldingsOf(ctx, tx, a.ID, h.Post)
	if err != nil {
		return err
	}
	is := h
	is.Until = until
	for _, o := range others {
		if o.ID != h.ID && h.Contact != "" && o.Contact == h.Contact && o.meets(is) {
			return fault.Invalid{{Field: "until", Words: "They have this job again since " + o.From.Long() + ": enter that day or an earlier one"}}
		}
	}
	return g.endHolding(ctx, tx, by, a, h, until)
}

func (g *Agencies) endHolding(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, h Holding, until date.Date) error {
	if _, err := tx.Exec(ctx, `UPDATE agency_holdings SET until_on = $3, ended_at = $4 WHERE area_id = $1 AND id = $2`, a.ID, h.ID, until, g.Now()); err != nil {
		return fmt.Errorf("end holding: %w", err)
	}
	return g.record(ctx, tx, by, a, "post left", string(h.ID), map[string]string{"until": until.String()}, "")
}
