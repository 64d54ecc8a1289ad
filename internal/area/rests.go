package area

import (
	"context"

	"commontable/internal/date"
	"commontable/internal/db"
)

// Rests are the closures of an area that stand, past and to come, in the order of their
// first days. By them every day that is a deadline, and every span in which something
// was left alone, is read (R37): what was written down stays as it was, and a closure
// that is said later counts as well.
type Rests []Closure

// before is before the first day of any area.
var before = date.New(1900, 1, 1)

// RestsOf are the closures of an area that stand.
func RestsOf(ctx context.Context, tx *db.Tx, aid ID) (Rests, error) {
	all, err := ClosuresIn(ctx, tx, aid, before, date.Date{})
	return all, err
}

// Counts is the day that counts of one that was said: itself, or the first on which the
// area is open again. It is no day where none was said.
func (r Rests) Counts(said date.Date) date.Date {
	if said.IsZero() {
		return said
	}
	return nextOpen(r, said)
}

// Moves reports whether the day that counts is another than was said.
func (r Rests) Moves(said date.Date) bool { return r.Counts(said) != said }

// Note says why the day that counts is another than was said; "" where it is not.
func (r Rests) Note(said date.Date) string {
	if !r.Moves(said) {
		return ""
	}
	return "was for " + said.Long() + "; we are closed until " + r.Counts(said).Long()
}

// Words are the day that counts, and why it is another than was said: "5 January 2027
// (was for 24 December 2026; we are closed until 5 January 2027)".
func (r Rests) Words(said date.Date) string {
	if !r.Moves(said) {
		return said.Long()
	}
	return r.Counts(said).Long() + " (" + r.Note(said) + ")"
}

// OpenDays counts the days from one to another on which the area is open: those of a
// closure are nobody's silence.
func (r Rests) OpenDays(from, until date.Date) int {
	days, counted := from.DaysUntil(until), from
	for _, c := range r { // in the order of their first days; they may overlap
		first, last := c.From, c.Until
		if first.Before(counted) {
			first = counted
		}
		if until.Before(last) {
			last = until
		}
		if first.Before(last) {
			days -= first.DaysUntil(last)
			counted = last
		}
	}
	return days
}
