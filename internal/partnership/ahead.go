package partnership

import (
	"context"
	"slices"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// A ByThen is what is known today of who a partnership will be on a day to come, as
// that of a meeting.
type ByThen struct {
	Forming bool // it may take its time
	Known   Composition
	IfTerms Composition // if nobody goes on whose term ends before that day
}

// Words say what will be missing on the day, in words for everybody who reads the
// partnership’s papers; "" where nothing will, and while it is forming.
func (b ByThen) Words() string {
	switch {
	case b.Forming || b.Known.Valid() && b.IfTerms.Valid():
		return ""
	case b.Known.Valid():
		return "If nobody goes on whose time is up before that day: " + missingIn(b.IfTerms)
	}
	return "By what we know today, on that day: " + missingIn(b.Known)
}

func missingIn(c Composition) (words string) {
	for _, m := range Missing(c) {
		words += m + " "
	}
	return words + "There is time to ask somebody."
}

// ByThenOf is what is known today of who an area’s partnership will be on a day: so
// that it is known before a meeting, and not after, that there will be too few.
func ByThenOf(ctx context.Context, tx *db.Tx, a area.Area, today, day date.Date) (b ByThen, err error) {
	every, err := everyMember(ctx, tx, a.ID)
	if err != nil {
		return b, err
	}
	rules, err := RulesOn(ctx, tx, a.ID, day)
	if err != nil {
		return b, err
	}
	book, err := bookOf(ctx, tx, a)
	if err != nil {
		return b, err
	}
	state, err := area.StateOn(ctx, tx, a.ID, today)
	b.Forming = state == "" || state == area.Selected
	on := slices.DeleteFunc(slices.Clone(every), func(m Member) bool { return !m.On(day) })
	b.Known = compose(day, on, rules, book)
	b.IfTerms = compose(day, slices.DeleteFunc(on, func(m Member) bool {
		return !m.TermEnds.IsZero() && !m.TermEnds.Before(today) && m.TermEnds.Before(day)
	}), rules, book)
	return b, err
}
