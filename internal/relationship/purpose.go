package relationship

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A Use is that a relationship is for something, or is so no more, from a day on.
type Use struct {
	Purpose Purpose
	Number  int64
	From    date.Date
	Used    bool
	Words   string
}

// NewUses are all that a relationship is for, as somebody says it: what is not
// among them it is for no more.
type NewUses struct {
	Form string
	From date.Date
	Uses map[Purpose]string // with words of what it is in this case
}

// SetPurposes records what a relationship is for. Sent twice, it counts once.
func (r *Relationships) SetPurposes(ctx context.Context, by access.Actor, a area.Area, of ID, n NewUses) error {
	_, err := r.once(ctx, by, n.Form, content("purposes", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), r.SetPurposesIn(ctx, tx, by, a, of, n)
	})
	return err
}

// SetPurposesIn is SetPurposes as part of a transaction. What did not change is
// not written again.
func (r *Relationships) SetPurposesIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewUses) error {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return err
	}
	var wrong fault.Invalid
	for p, words := range n.Uses {
		if p.InWords() == "" {
			wrong.Add("purposes", "Choose from the list what it is for")
		}
		if !fits(words, 300) {
			wrong.Add("words-"+string(p), "Say it in up to 300 letters")
		}
	}
	if n.From.IsZero() || n.From.After(r.today()) {
		wrong.Add("from", "Enter the day since when it is so: today or earlier")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	noted, err := UsesOf(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	now := map[Purpose]Use{}
	last := map[Purpose]int64{}
	for _, u := range UsesOn(noted, n.From) {
		now[u.Purpose] = u
	}
	for _, u := range noted {
		last[u.Purpose] = max(last[u.Purpose], u.Number)
	}
	for _, p := range Purposes() {
		words, used := n.Uses[p.Purpose]
		was, is := now[p.Purpose]
		if used == is && (!used || strings.TrimSpace(words) == was.Words) {
			continue
		}
		number := last[p.Purpose] + 1
		if _, err := tx.Exec(ctx, `
			INSERT INTO relationship_purposes (area_id, relationship_id, purpose, number, from_on, used, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			a.ID, of, p.Purpose, number, n.From, used, strings.TrimSpace(words), by.Person, r.Now()); err != nil {
			return fmt.Errorf("insert relationship purpose: %w", err)
		}
		if err := r.record(ctx, tx, by, a, "relationship purpose", string(of), map[string]string{
			"purpose": string(p.Purpose), "number": strconv.FormatInt(number, 10), "from": n.From.String(), "used": strconv.FormatBool(used),
		}, words); err != nil {
			return err
		}
	}
	return nil
}

// UsesOf lists what was noted of what a relationship is for.
func UsesOf(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Use, error) {
	return db.All(ctx, tx, func(r db.Row) (u Use, err error) { return u, r.Scan(&u.Purpose, &u.Number, &u.From, &u.Used, &u.Words) }, `
		SELECT purpose, number, from_on, used, words FROM relationship_purposes WHERE area_id = $1 AND relationship_id = $2 ORDER BY purpose, number`, a, of)
}

// UsesOn is what a relationship is for on a day, in the order of Purposes.
func UsesOn(noted []Use, day date.Date) (all []Use) {
	for _, p := range Purposes() {
		var found Use
		for _, u := range noted {
			if u.Purpose == p.Purpose && !u.From.After(day) && (found.Number == 0 || !u.From.Before(found.From)) {
				found = u
			}
		}
		if found.Used {
			all = append(all, found)
		}
	}
	return all
}

// Groups lists the six groups that purposes belong to, the most frequent first.
func Groups() (all []string) {
	for _, p := range Purposes() {
		if !slices.Contains(all, p.Group) {
			all = append(all, p.Group)
		}
	}
	return all
}

// A Weight is that a factor helps or holds back, from a day on.
type Weight struct {
	Factor Factor
	Number int64
	From   date.Date
	Effect Effect
	Words  string
}

// NewWeight is what a factor does, as somebody says it.
type NewWeight struct {
	Form   string
	Factor Factor
	Effect Effect
	From   date.Date
	Words  string
}

// SetFactor records what a factor does. Sent twice, it counts once.
func (r *Relationships) SetFactor(ctx context.Context, by access.Actor, a area.Area, of ID, n NewWeight) error {
	_, err := r.once(ctx, by, n.Form, content("factor", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), r.SetFactorIn(ctx, tx, by, a, of, n)
	})
	return err
}

// SetFactorIn is SetFactor as part of a transaction.
func (r *Relationships) SetFactorIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewWeight) error {
	if _, err := r.mayKeep(ctx, tx, by, a, of); err != nil {
		return err
	}
	var wrong fault.Invalid
	if n.Factor.InWords() == "" {
		wrong.Add("factor", "Choose from the list what it is")
	}
	if !slices.Contains([]Effect{Helps, HoldsBack, Neither}, n.Effect) {
		wrong.Add("effect", "Say whether it helps or holds back")
	}
	if n.From.IsZero() || n.From.After(r.today()) {
		wrong.Add("from", "Enter the day since when it is so: today or earlier")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	number, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM relationship_factors WHERE area_id = $1 AND relationship_id = $2 AND factor = $3`, a.ID, of, n.Factor)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO relationship_factors (area_id, relationship_id, factor, number, from_on, effect, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, of, n.Factor, number, n.From, n.Effect, strings.TrimSpace(n.Words), by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert relationship factor: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship factor", string(of), map[string]string{
		"factor": string(n.Factor), "number": strconv.FormatInt(number, 10), "from": n.From.String(), "effect": string(n.Effect),
	}, n.Words)
}

// Weights lists what helps a relationship and what holds it back on a day, in the
// order of Factors.
func Weights(ctx context.Context, tx *db.Tx, a area.ID, of ID, day date.Date) (all []Weight, err error) {
	noted, err := db.All(ctx, tx, func(r db.Row) (w Weight, err error) {
		return w, r.Scan(&w.Factor, &w.Number, &w.From, &w.Effect, &w.Words)
	}, `
		SELECT factor, number, from_on, effect, words FROM relationship_factors WHERE area_id = $1 AND relationship_id = $2 ORDER BY factor, number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("relationship factors: %w", err)
	}
	for _, f := range Factors() {
		var found Weight
		for _, w := range noted {
			if w.Factor == f.Factor && !w.From.After(day) && (found.Number == 0 || !w.From.Before(found.From)) {
				found = w
			}
		}
		if found.Number > 0 && found.Effect != Neither {
			all = append(all, found)
		}
	}
	return all, nil
}
