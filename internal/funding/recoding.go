package funding

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/ledger"
	"commontable/internal/organisation"
	"commontable/internal/plan"
)

// NewRecoding is a spend told under another theme.
type NewRecoding struct {
	Form   Form
	Theme  string
	Reason string
}

// RecodeSpend tells a spend under another theme from now on. What was recorded
// stays, and so does each theme that it was told under. Sums by theme follow
// the last.
func (f *Funding) RecodeSpend(ctx context.Context, by access.Actor, a area.Area, sid SpendID, n NewRecoding) error {
	return f.once(ctx, by, n.Form, []any{"recode", a.ID, sid, n.Theme, n.Reason}, "recode spending", func(tx *db.Tx) (string, error) {
		return string(sid), f.RecodeSpendIn(ctx, tx, by, a, sid, n)
	})
}

// RecodeSpendIn is RecodeSpend as part of a transaction.
func (f *Funding) RecodeSpendIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, sid SpendID, n NewRecoding) error {
	s, err := SpendOf(ctx, tx, a.ID, sid)
	if err != nil {
		return err
	}
	if err := s.MayRecode(by, a); err != nil {
		return err
	}
	programme, err := area.ProgrammeByID(ctx, tx, a.Programme)
	if err != nil {
		return err
	}
	var wrong fault.Invalid
	if _, ok := programme.Rules.Theme(n.Theme); !ok {
		wrong.Add("theme", "Choose a theme")
	} else if n.Theme == s.Theme {
		wrong.Add("theme", "It is told under this theme already. Choose another one.")
	}
	checkWords(&wrong, "reason", n.Reason, 500, "Say why, in a few words")
	if err := wrong.OrNil(); err != nil {
		return err
	}
	return f.recode(ctx, tx, by, a, s, n.Theme, strings.TrimSpace(n.Reason))
}

// FollowLine has what was spent on a budget line, and is told under its theme, follow it
// to another: what somebody put under a theme of its own stays there (plan.Plans.Coded).
func (f *Funding) FollowLine(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, line plan.LineID, was, is string) error {
	spends, err := db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+`
		WHERE s.area_id = $1 AND s.line_id = $2
			AND NOT EXISTS (SELECT 1 FROM spend_recodings o WHERE o.area_id = s.area_id AND o.spend_id = s.id AND o.reason <> $3)
		ORDER BY s.id`, a.ID, line, withItsLine)
	if err != nil {
		return fmt.Errorf("spending on the line: %w", err)
	}
	for _, s := range spends {
		if state := s.State(); s.Theme != was || state != SpendProvided && state != SpendCertified {
			continue
		}
		if err := f.recode(ctx, tx, by, a, s, is, withItsLine); err != nil {
			return err
		}
	}
	return nil
}

// withItsLine is why a spend is told under another theme where its budget line is.
const withItsLine = "Its budget line was put under this theme"

// recode tells a spend under another theme from now on.
func (f *Funding) recode(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, s Spend, theme, reason string) error {
	number, err := db.One(ctx, tx, db.Value[int64], `
		SELECT COALESCE(MAX(number), 0) + 1 FROM spend_recodings WHERE area_id = $1 AND spend_id = $2`, a.ID, s.ID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO spend_recodings (area_id, spend_id, number, theme, reason, recoded_by, recoded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, s.ID, number, theme, reason, by.Person, f.Now()); err != nil {
		return fmt.Errorf("insert recoding: %w", err)
	}
	if s.State() == SpendCertified {
		change := lineChange{}
		change.retheme(s.Theme, s.Amount.Neg())
		change.retheme(theme, s.Amount)
		if err := change.keep(ctx, tx, a); err != nil {
			return err
		}
	}
	return f.record(ctx, tx, by, a, "spend recoded", string(s.ID), map[string]string{
		"number": strconv.FormatInt(number, 10), "theme": theme, "was": s.Theme,
	}, reason)
}

// MayRecode says why an actor may not tell the spend under another theme, or
// nothing.
func (s Spend) MayRecode(by access.Actor, a area.Area) error {
	if err := by.Must(access.RecodeSpend, placeOf(a, s.Organisation)); err != nil {
		return err
	}
	if state := s.State(); state != SpendProvided && state != SpendCertified {
		return fault.New(fault.Conflict, "This was "+string(state)+", so it is not told under any theme.")
	}
	return nil
}

// Recodings lists the themes under which a spend was told later, oldest first.
func Recodings(ctx context.Context, tx *db.Tx, a area.ID, sid SpendID) ([]Recoding, error) {
	return db.All(ctx, tx, func(r db.Row) (x Recoding, err error) {
		return x, r.Scan(&x.Theme, &x.Reason, &x.By, &x.At)
	}, `
		SELECT theme, reason, recoded_by, recoded_at FROM spend_recodings WHERE area_id = $1 AND spend_id = $2 ORDER BY number`, a, sid)
}

// mayReplace holds a spend that is recorded afresh against the one that it
// takes the place of.
func (f *Funding) mayReplace(ctx context.Context, tx *db.Tx, a area.Area, n NewSpend) error {
	if n.Replaces == "" {
		return nil
	}
	old, err := SpendOf(ctx, tx, a.ID, n.Replaces)
	if err != nil {
		return err
	}
	return old.mayBeReplaced(n.Organisation)
}

func (s Spend) mayBeReplaced(by organisation.ID) error {
	switch state := s.State(); {
	case s.Organisation != by:
		return fault.NotFound
	case s.ReplacedBy != "":
		return fault.New(fault.Conflict, "This was recorded afresh already.")
	case state != SpendRefused && state != SpendReversed:
		return fault.New(fault.Conflict, "Only spending that was sent back or reversed is recorded afresh.")
	}
	return nil
}

// MayRecordAfresh says why an actor may not record the spend afresh, or nothing.
func (s Spend) MayRecordAfresh(by access.Actor, a area.Area) error {
	if err := by.Must(access.ProvideSpend, placeOf(a, s.Organisation)); err != nil {
		return err
	}
	return s.mayBeReplaced(s.Organisation)
}

func insertReplacement(ctx context.Context, tx *db.Tx, s Spend) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO spend_replacements (area_id, spend_id, replaces) VALUES ($1, $2, $3)`, s.Area, s.ID, s.Replaces)
	return err
}

// SpendsSentBack lists what others sent back to an organisation's people and
// nobody has recorded afresh, newest first.
func SpendsSentBack(ctx context.Context, tx *db.Tx, o organisation.ID, most int) ([]Spend, error) {
	return db.All(ctx, tx, scanSpend, `
		SELECT `+spendColumns+`
		WHERE s.organisation_id = $1 AND f.spend_id IS NOT NULL AND f.refused_by <> s.provided_by
			AND NOT EXISTS (SELECT 1 FROM spend_replacements x WHERE x.area_id = s.area_id AND x.replaces = s.id)
		ORDER BY f.refused_at DESC, s.id LIMIT $2`, o, most)
}

// Concerns says, of a spend that is not certified yet, what its certifier will
// meet: it goes over the plan's budget, or over what the organisation holds.
func Concerns(ctx context.Context, tx *db.Tx, a area.Area, s Spend) ([]string, error) {
	if s.State() != SpendProvided {
		return nil, nil
	}
	line, err := plan.LineByID(ctx, tx, a.ID, s.Line)
	if err != nil {
		return nil, err
	}
	lines, err := lineTotals(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	held, err := ledger.Balance(ctx, tx, Held(a.ID, s.Organisation))
	if err != nil {
		return nil, err
	}
	var words []string
	if after := lines[s.Line].Spent.Add(s.Amount); line.Budget.Less(after) {
		over := fmt.Sprintf("With this, %s would have been spent on “%s”, and the plan gives it %s.", after, line.Name, line.Budget)
		if s.Decided == 0 {
			over += " It can be certified only with the decision that allows it."
		}
		words = append(words, over)
	}
	if held = none.Add(held); held.Less(s.Amount) {
		words = append(words, fmt.Sprintf("%s of this area’s money is held now, which is less than this. It can be certified when the next payment has come.", held))
	}
	return words, nil
}
