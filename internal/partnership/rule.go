package partnership

import (
	"context"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
)

// A CouncillorRule is the part that councillors have in decisions (S05, V27).
type CouncillorRule string

// The rules. As others is how it is where an area has chosen nothing.
const (
	CouncillorsAsOthers    CouncillorRule = "as others"    // a vote each; residents are those who live here
	CouncillorsExcluded    CouncillorRule = "excluded"     // no say, and not counted
	CouncillorsNonResident CouncillorRule = "non-resident" // a vote each, never as a resident
	CouncillorsShareOne    CouncillorRule = "share"        // one vote between them
	CouncillorsStandAside  CouncillorRule = "stand aside"  // as others, but they stand aside where a decision says so
)

// CouncillorRules lists every rule.
func CouncillorRules() []CouncillorRule {
	return []CouncillorRule{CouncillorsAsOthers, CouncillorsShareOne, CouncillorsNonResident, CouncillorsStandAside, CouncillorsExcluded}
}

// A Majority is how many of the votes cast carry a vote.
type Majority string

// The majorities.
const (
	MoreThanHalf  Majority = "more than half"
	TwoThirds     Majority = "two thirds"
	ThreeQuarters Majority = "three quarters"
)

// Majorities lists every majority.
func Majorities() []Majority { return []Majority{MoreThanHalf, TwoThirds, ThreeQuarters} }

// Reached reports whether so many votes for something, of those that were cast,
// carry it. Of none, none do.
func (m Majority) Reached(yes, cast int) bool {
	switch {
	case cast == 0:
		return false
	case m == TwoThirds:
		return 3*yes >= 2*cast
	case m == ThreeQuarters:
		return 4*yes >= 3*cast
	}
	return 2*yes > cast
}

// Rules are how a partnership decides, from a day on. Everybody tries to agree
// first, always (R16). The zero Rules hold where an area has set none.
type Rules struct {
	Version         int64 // 0 where none were set
	From            date.Date
	MayVote         bool // a vote may follow where they cannot agree
	Majority        Majority
	ResidentQuorum  int // the least number of residents' votes for a vote to count
	Councillors     CouncillorRule
	CouncillorWords string // the area's own words on councillors
	Words           string // the area's own words on how it decides
	DecidedAt       string // where it was agreed
	SetBy           access.PersonID
	SetAt           time.Time
}

// GiveASay reports whether somebody on the list has a say in what is decided: not who
// only helps, nor who waits for a second person, nor a councillor where they have no part.
func (r Rules) GiveASay(m Member) bool {
	return m.Kind.Decides() && !m.Waits && (m.Kind != Councillor || r.Councillors != CouncillorsExcluded)
}

// noRules hold where an area has set none: agree, or leave it.
var noRules = Rules{Majority: MoreThanHalf, Councillors: CouncillorsAsOthers}

// RulesOn is how the partnership of an area decides on a day. Where nothing was
// set, everybody agrees or nothing is decided (R16).
func RulesOn(ctx context.Context, tx *db.Tx, a area.ID, day date.Date) (Rules, error) {
	found, err := db.AllOnce(ctx, tx, scanRules, `
		SELECT number, from_on, may_vote, majority, resident_quorum, councillors, councillor_words, words, decided_at, set_by, set_at
		FROM partnership_rules WHERE area_id = $1 AND from_on <= $2 ORDER BY number DESC LIMIT 1`, a, day)
	if err != nil || len(found) == 0 {
		return noRules, err
	}
	return found[0], nil
}

// rulesOn is RulesOn of several areas.
func rulesOn(ctx context.Context, tx *db.Tx, areas []area.ID, day date.Date) (map[area.ID]Rules, error) {
	of := map[area.ID]Rules{}
	for _, a := range areas {
		of[a] = noRules
	}
	return of, db.Each(ctx, tx, func(r db.Row) error {
		var a area.ID
		var s Rules
		err := r.Scan(&a, &s.Version, &s.From, &s.MayVote, &s.Majority, &s.ResidentQuorum, &s.Councillors, &s.CouncillorWords, &s.Words, &s.DecidedAt, &s.SetBy, &s.SetAt)
		of[a] = s // the last is the one
		return err
	}, `
		SELECT area_id, number, from_on, may_vote, majority, resident_quorum, councillors, councillor_words, words, decided_at, set_by, set_at
		FROM partnership_rules WHERE area_id IN (SELECT key FROM json_each($1)) AND from_on <= $2 ORDER BY area_id, number`, db.Set(areas), day)
}

// EveryRules lists every version of how an area decides, the last first.
func EveryRules(ctx context.Context, tx *db.Tx, a area.ID) ([]Rules, error) {
	return db.All(ctx, tx, scanRules, `
		SELECT number, from_on, may_vote, majority, resident_quorum, councillors, councillor_words, words, decided_at, set_by, set_at
		FROM partnership_rules WHERE area_id = $1 ORDER BY number DESC`, a)
}

// RulesKnown are, of every version of how an area decides, the last first, the one
// that held on a day by what had been set at an instant.
func RulesKnown(all []Rules, day date.Date, at time.Time) Rules {
	for _, r := range all {
		if !r.From.After(day) && !r.SetAt.After(at) {
			return r
		}
	}
	return noRules
}

// RulesNumbered is one version of how an area decides. 0 is how it is where none was
// set.
func RulesNumbered(all []Rules, version int64) Rules {
	for _, r := range all {
		if r.Version == version {
			return r
		}
	}
	return noRules
}

func scanRules(r db.Row) (s Rules, err error) {
	return s, r.Scan(&s.Version, &s.From, &s.MayVote, &s.Majority, &s.ResidentQuorum, &s.Councillors, &s.CouncillorWords, &s.Words, &s.DecidedAt, &s.SetBy, &s.SetAt)
}
