package workshop

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/relationship"
)

// Of scores: who showed theirs is a step "agreed", with a digest of both sides'
// marks, so that what is shown is what each agreed to show.

// show records that a side is ready to show its scores. Once both are, both are seen.
func (w *Workshops) show(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, r Record, s Step) error {
	if r.Sheet("marks", s.Side).Number == 0 {
		return fault.New(fault.Conflict, "Score it first. Then say that you are ready to show it.")
	}
	if r.Last(s.Side, Agreed).Number > 0 {
		return nil
	}
	s.Digest = "shown"
	last, err := w.step(ctx, tx, by, a, r, s)
	if err != nil {
		return err
	}
	r.Steps = append(r.Steps, last)
	if r.BothShow() {
		_, err = w.step(ctx, tx, by, a, r, Step{Side: Ours, Step: Finished, ByLink: s.ByLink})
	}
	return err
}

// BothShow reports whether both sides agreed to show their scores to each other.
func (r Record) BothShow() bool {
	return r.Kind == Scores && r.Last(Ours, Agreed).Number > 0 && r.Last(Theirs, Agreed).Number > 0
}

// A Score is one sign as both sides see it: 0 where they can't say, or where it is
// not shown.
type Score struct {
	Criterion

	Matters      bool // one of the two that matter most to us
	We, They     int  // out of five
	WeBefore     int  // a year or so ago
	BeforeOn     date.Date
	TheySaid     bool // they scored, and both agreed to show it
	TheyAreReady bool
}

// A Scoring is how well a relationship works, as it was last scored (P51). It has
// no sum.
type Scoring struct {
	ID       ID
	On       date.Date
	Scores   []Score
	BothShow bool
	Worth    string // something worth a talk, in a sentence, or ""
	Why      []Reason
}

// A Reason is what helps and what holds back, in the words of one side.
type Reason struct {
	Side           Side
	Helps, Hinders string
}

// LatestScores is how well a relationship works as it was last scored, with what
// we said the time before; or fault.NotFound. What the other side said is in it
// only once both agreed to show it.
func LatestScores(ctx context.Context, tx *db.Tx, a area.ID, of relationship.ID) (Scoring, error) {
	all, err := Of(ctx, tx, a, Scores, of)
	if err != nil {
		return Scoring{}, err
	}
	all = slices.DeleteFunc(all, func(r Record) bool { return r.Sheet("marks", Ours).Number == 0 })
	if len(all) == 0 {
		return Scoring{}, fault.NotFound
	}
	slices.SortStableFunc(all, func(a, b Record) int { return strings.Compare(a.Day().String(), b.Day().String()) })
	var before Record
	if len(all) > 1 {
		before = all[len(all)-2]
	}
	return all[len(all)-1].Scoring(before), nil
}

// Scoring is a record of scores beside the one before it.
func (r Record) Scoring(before Record) Scoring {
	s := Scoring{ID: r.ID, On: r.Day(), BothShow: r.BothShow()}
	two := r.Sheet("about", Ours).Answers.Lines("two")
	ours, theirs, then := r.Sheet("marks", Ours).Answers, r.Sheet("marks", Theirs).Answers, before.Sheet("marks", Ours).Answers
	most := 0
	for _, c := range Criteria() {
		one := Score{Criterion: c, Matters: slices.Contains(two, c.Code), We: mark(ours, c.Code), WeBefore: mark(then, c.Code), TheySaid: s.BothShow}
		if before.ID != "" {
			one.BeforeOn = before.Day()
		}
		if s.BothShow {
			one.They = mark(theirs, c.Code)
		}
		if fell := one.WeBefore - one.We; one.We > 0 && fell > most {
			most = fell
			s.Worth = "“" + c.Words + "” went from " + strconv.Itoa(one.WeBefore) + " to " + strconv.Itoa(one.We) + "."
		}
		s.Scores = append(s.Scores, one)
	}
	for _, c := range s.Scores {
		if apart := c.We - c.They; s.Worth == "" && c.They > 0 && c.We > 0 && (apart > 1 || apart < -1) {
			s.Worth = "“" + c.Words + "” looks different from the other side: we say " + strconv.Itoa(c.We) + ", they say " + strconv.Itoa(c.They) + "."
		}
	}
	for _, why := range []Reason{{Ours, ours["helps"], ours["hinders"]}, {Theirs, theirs["helps"], theirs["hinders"]}} {
		if (why.Side == Ours || s.BothShow) && (why.Helps != "" || why.Hinders != "") {
			s.Why = append(s.Why, why)
		}
	}
	return s
}

func mark(a Answers, code string) int {
	n, err := strconv.Atoi(a[code])
	if err != nil {
		return 0
	}
	return n
}
